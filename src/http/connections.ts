import type { RequestListener, Server, ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { listenBacklog } from "../config/listen-backlog.ts";
import type { AppError } from "../errors.ts";
import { answerNext, type Connection, pauseWhenAhead, refuseInTurn } from "./connection.ts";
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
      socket.once("close", () => this.#open.delete(socket));
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
   * Takes the connections that are still on their way from the primary, for at most `longestMs`. Then
   * it closes the idle ones, and each other one after its last answer. Resolves when none is left.
   */
  async drain(longestMs: number): Promise<void> {
    const until = performance.now() + longestMs;
    do {
      this.#hasNew = false;
      await turnAfter(quietMs);
    } while (this.#hasNew && performance.now() < until);
    await this.#takeWaiting();
    this.#draining = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    NetServer.prototype.close.call(this.#server, () => resolve());
    await turnAfter(quietMs); // The newest connection may be about to send its request.
    for (const [socket, { underWay, readBytes }] of this.#open) {
      if (underWay === 0 && socket.bytesRead === readBytes) socket.destroy();
    }
    return promise;
  }

  /** How many are open. */
  get count(): number {
    return this.#open.size;
  }

  /** Closes the idle connections. Their clients send the next request over another one. */
  closeIdle(): void {
    for (const [socket, { underWay, readBytes }] of this.#open) {
      const hasAnswered = readBytes > 0; // A new one is about to send its first request.
      if (hasAnswered && underWay === 0 && socket.bytesRead === readBytes) socket.destroy();
    }
  }

  /** Resolves when no request is under way. */
  async answered(): Promise<void> {
    while ([...this.#open.values()].some(({ underWay }) => underWay > 0)) await turnAfter(lookMs);
  }

  /** Takes the connections that wait in the kernel, one a turn. Closing the port would reset them. */
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
    if (connection.newest === response && response.req.complete) connection.newest = undefined;
    if (connection.refusal) refuseInTurn(socket, connection, connection.refusal);
    else if (this.#draining && connection.underWay === 0) socket.end();
    answerNext(socket, connection);
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
