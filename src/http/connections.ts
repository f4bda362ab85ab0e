import type { RequestListener, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { AppError } from "../errors.ts";
import {
  answerNext,
  type Connection,
  isIdle,
  isNew,
  pauseWhenAhead,
  refuseInTurn,
} from "./connection.ts";
import { Drain, type DrainOptions } from "./drain.ts";
import { explainUnknownMethod } from "./router.ts";
import { explainUnreadable, type Unreadable } from "./unreadable.ts";

/** Interval between looks for answers that their clients do not read. */
const lookAgainMs = 1000;
/** Interval between looks for requests under way. */
const lookMs = 20;

/**
 * The connections of a server, and the requests under way on each.
 * - It answers the requests of a connection one after the other. Node would start all pipelined ones
 *   at once, and a client that does not read would cost an answer for each.
 * - It refuses bytes that are no request, after the answers to the requests before them.
 * - It drains them (drain.ts).
 */
export class Connections {
  readonly #server: Server;
  readonly #open = new Map<Socket, Connection>();
  readonly #drain: Drain;

  /**
   * @param answer answers the requests of `server`. It is the only listener for them, because Node
   *   copies a list of several listeners for each request.
   * @param longestUnreadMs how long a client may read nothing of an answer that waits for it
   */
  constructor(server: Server, answer: RequestListener, longestUnreadMs = 30_000) {
    this.#server = server;
    this.#drain = new Drain(server, this.#open);
    server.on("connection", (socket: Socket) => {
      this.#drain.noteNew();
      const idle = { underWay: 0, readBytes: 0, newest: undefined, refusal: undefined };
      const connection = { ...idle, ahead: [], isUnread: false };
      this.#open.set(socket, connection);
      socket.on("resume", () => pauseWhenAhead(socket, connection));
      socket.setTimeout(server.keepAliveTimeout); // Until its first request.
      socket.once("close", () => {
        this.#open.delete(socket);
        this.#drain.look();
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

  /** See `Drain.run`. */
  drain(options: DrainOptions): Promise<void> {
    return this.#drain.run(options);
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
    while ([...this.#open.values()].some(({ underWay }) => underWay > 0)) await pause(lookMs);
  }

  #follow(socket: Socket, response: ServerResponse): Connection | undefined {
    const connection = this.#open.get(socket);
    if (!connection) return undefined;
    if (isNew(connection)) socket.setTimeout(this.#server.timeout);
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
    else if (connection.underWay === 0) this.#drain.answered(socket, connection);
    answerNext(socket, connection);
  }

  /** A request has come whole, after its answer. */
  #arrived(socket: Socket, connection: Connection, response: ServerResponse): void {
    if (connection.newest !== response || !response.req.complete) return;
    connection.newest = undefined;
    connection.readBytes = socket.bytesRead;
    this.#drain.arrived(socket, connection);
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
    // Nothing has begun that could be late. It may be a kept connection, from a worker that left.
    if (error.code === "ERR_HTTP_REQUEST_TIMEOUT" && socket.bytesRead === 0) return;
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
