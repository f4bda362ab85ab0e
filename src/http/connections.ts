import type { RequestListener, Server, ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { listenBacklog } from "../config/listen-backlog.ts";
import type { AppError } from "../errors.ts";
import {
  answerNext,
  type Connection,
  isIdle,
  mayLeave,
  pauseWhenAhead,
  refuseInTurn,
} from "./connection.ts";
import { explainUnknownMethod } from "./router.ts";
import { explainUnreadable, type Unreadable } from "./unreadable.ts";

/** Interval between looks for answers that their clients do not read. */
const lookAgainMs = 1000;
/** So many turns of the loop without a new connection mean that none waits in the kernel. */
const fewTurns = 10;
/** So long without a new connection means that none is on its way from the primary. */
const quietMs = 150;
/** Interval between looks for requests under way. */
const lookMs = 20;

export interface DrainOptions {
  /** How long connections may still be on their way from the primary; 0 where none is. */
  readonly longestMs: number;
  /** Whether nobody else takes those that wait in the kernel. Closing the port would reset them. */
  readonly takesWaiting: boolean;
  /**
   * Gives an idle connection to another worker, and resolves when it has left. Undefined where there is
   * none. Then idle connections are closed.
   */
  readonly passOn: ((socket: Socket) => Promise<void>) | undefined;
}

/**
 * The connections of a server, and the requests under way on each. It does three things:
 * - It drains the server. `http.Server.close` would not do: it takes a connection for idle while its
 *   answer is still being sent, and it stops looking for overdue requests.
 * - It answers the requests of a connection one after the other. Node would start all pipelined ones
 *   at once, and a client that does not read would cost an answer for each.
 * - It refuses bytes that are no request, after the answers to the requests before them.
 */
export class Connections {
  readonly #server: Server;
  readonly #open = new Map<Socket, Connection>();
  #draining = false;
  #hasNew = false;
  #passOn: DrainOptions["passOn"];
  /** Connections that are leaving for another worker. */
  #leaving = 0;
  readonly #drained = Promise.withResolvers<void>();

  /**
   * @param answer answers the requests of `server`. It is the only listener for them, because Node
   *   copies a list of several listeners for each request.
   * @param longestUnreadMs how long a client may read nothing of an answer that waits for it
   */
  constructor(server: Server, answer: RequestListener, longestUnreadMs = 30_000) {
    this.#server = server;
    server.on("connection", (socket: Socket) => {
      this.#hasNew = true;
      const idle = { underWay: 0, readBytes: 0, newest: undefined, refusal: undefined };
      const connection = { ...idle, ahead: [], isUnread: false };
      this.#open.set(socket, connection);
      socket.on("resume", () => pauseWhenAhead(socket, connection));
      socket.once("close", () => {
        this.#open.delete(socket);
        this.#look();
      });
    });
    server.on("request", (request, response) => {
      const connection = this.#follow(request.socket, response);
      if (!connection || connection.underWay === 1) answer(request, response);
      else {
        connection.ahead.push(() => answer(request, response));
        pauseWhenAhead(request.socket, connection);
      }
    });
    const looking = setInterval(() => this.#hurryUnread(longestUnreadMs), lookAgainMs).unref();
    server.once("close", () => clearInterval(looking));
    server.on("clientError", (error, socket) => this.#unreadable(error, socket as Socket));
    // Without a listener Node closes the socket of a CONNECT without an answer.
    server.on("connect", (_, socket) => {
      socket.on("error", () => {}); // Node has taken its own listener away: a reset would end the process.
      this.#refuse(socket as Socket, explainUnknownMethod("CONNECT"));
    });
  }

  /**
   * Takes the connections that are still on their way. Then it passes the idle ones on, or closes them,
   * and each other one after its last answer. Resolves when none is left.
   */
  async drain({ longestMs, takesWaiting, passOn }: DrainOptions): Promise<void> {
    const until = performance.now() + longestMs;
    do {
      this.#hasNew = false;
      if (longestMs > 0) await turnAfter(quietMs);
    } while (this.#hasNew && performance.now() < until);
    if (takesWaiting) await this.#takeWaiting();
    this.#draining = true;
    this.#passOn = passOn;
    NetServer.prototype.close.call(this.#server);
    if (passOn) await this.#passIdleOn(passOn);
    else {
      await turnAfter(quietMs); // The newest connection may be about to send its request.
      for (const [socket, each] of this.#open) if (isIdle(socket, each)) socket.destroy();
    }
    this.#look();
    return this.#drained.promise;
  }

  /** How many are open. */
  get count(): number {
    return this.#open.size;
  }

  /** Closes the idle connections. Their clients send the next request over another one. */
  closeIdle(): void {
    for (const [socket, each] of this.#open) {
      const hasAnswered = each.readBytes > 0; // A new one is about to send its first request.
      if (hasAnswered && isIdle(socket, each)) socket.destroy();
    }
  }

  /** Resolves when no request is under way. */
  async answered(): Promise<void> {
    while ([...this.#open.values()].some(({ underWay }) => underWay > 0)) await turnAfter(lookMs);
  }

  async #passIdleOn(passOn: (socket: Socket) => Promise<void>): Promise<void> {
    // One after the other. A request that comes meanwhile on a later one is answered here.
    for (const [socket, each] of this.#open) {
      if (mayLeave(socket, each)) await this.#pass(socket, passOn);
    }
  }

  async #pass(socket: Socket, passOn: (socket: Socket) => Promise<void>): Promise<void> {
    this.#open.delete(socket);
    this.#leaving++;
    await passOn(socket);
    this.#leaving--;
    this.#look();
  }

  /** A connection has had its last answer here. */
  #letGo(socket: Socket, connection: Connection): void {
    if (this.#passOn && mayLeave(socket, connection)) void this.#pass(socket, this.#passOn);
    else socket.end();
  }

  /** The drain has ended when no connection is left. */
  #look(): void {
    if (this.#draining && this.#open.size + this.#leaving === 0) this.#drained.resolve();
  }

  /** Takes the connections that wait in the kernel, one a turn. */
  async #takeWaiting(): Promise<void> {
    let quietTurns = 0;
    for (let turn = 0; turn < listenBacklog && quietTurns < fewTurns; turn++) {
      this.#hasNew = false;
      await nextTurn();
      quietTurns = this.#hasNew ? 0 : quietTurns + 1;
    }
  }

  #follow(socket: Socket, response: ServerResponse): Connection | undefined {
    const connection = this.#open.get(socket);
    if (!connection) return undefined;
    connection.underWay++;
    connection.newest = response;
    response.on("close", () => this.#answered(socket, connection, response));
    return connection;
  }

  #answered(socket: Socket, connection: Connection, response: ServerResponse): void {
    connection.underWay--;
    connection.readBytes = socket.bytesRead;
    const { req } = response;
    if (connection.newest === response && req.complete) connection.newest = undefined;
    // The answer came before the end of the body, which Node still reads.
    else if (!req.complete) req.once("close", () => this.#arrived(socket, connection, response));
    if (connection.refusal) refuseInTurn(socket, connection, connection.refusal);
    else if (this.#draining && connection.underWay === 0) this.#letGo(socket, connection);
    answerNext(socket, connection);
  }

  /** A request has come whole, after its answer. */
  #arrived(socket: Socket, connection: Connection, response: ServerResponse): void {
    if (connection.newest !== response || !response.req.complete) return;
    connection.newest = undefined;
    connection.readBytes = socket.bytesRead;
    if (this.#passOn && mayLeave(socket, connection)) void this.#pass(socket, this.#passOn);
  }

  /** Shortens the timeout of connections with unread answers. Node's own timeout leaves room for a run. */
  #hurryUnread(longestUnreadMs: number): void {
    for (const [socket, connection] of this.#open) {
      const isUnread = socket.writableLength > 0;
      if (isUnread === connection.isUnread) continue;
      connection.isUnread = isUnread;
      if (isUnread) socket.setTimeout(longestUnreadMs);
      else if (connection.underWay > 0) socket.setTimeout(this.#server.timeout);
    }
  }

  /** Node repeats clientError for later bytes; the refusal is already recorded. */
  #unreadable(error: Unreadable, socket: Socket): void {
    const connection = this.#open.get(socket);
    if (!connection || error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    const isWhole = socket.bytesRead - connection.readBytes === error.rawPacket?.length;
    this.#refuse(socket, explainUnreadable(error, isWhole));
    // The client has ended its side, so the socket closes after what was written.
    if (socket.readableEnded) socket.end();
  }

  /** Once a connection: nothing after what was refused can be read. */
  #refuse(socket: Socket, refusal: AppError): void {
    const connection = this.#open.get(socket);
    if (!connection || connection.refusal) return;
    connection.refusal = refusal;
    refuseInTurn(socket, connection, refusal);
  }
}

/** Waits, then lets the loop accept connections: a late timer fires before it does, an immediate after. */
async function turnAfter(delayMs: number): Promise<void> {
  await pause(delayMs);
  await nextTurn();
}
