import type { RequestListener, Server, ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import type { AppError } from "../errors.ts";
import { refuse, unreadable } from "./unreadable.ts";

interface Connection {
  /** Requests that have come and whose answers have not been sent whole. */
  underWay: number;
  /** What it had brought when its last answer had been sent: more is the start of a request. */
  readBytes: number;
  /** The answer to its newest request, until both are whole. */
  newest: ServerResponse | undefined;
  /** Requests that have come ahead: each is answered when the answer before it has been taken. */
  readonly ahead: (() => void)[];
  /** Whether an answer waits for its client to read; then the connection has less time. */
  isUnread: boolean;
  /** What is to be said of bytes that are no request. Nothing after them can be read. */
  refusal: AppError | undefined;
}

/** Of a client that has sent so many requests ahead nothing more is read, until they are answered. */
const manyAhead = 16;
/** How often connections are looked through for answers that are not read. */
const lookAgainMs = 1000;
/** So many connections wait in the kernel at most (node:net). */
const backlog = 511;
/** With no new connection for so many turns of the loop, none waits. */
const fewTurns = 10;
/** With nothing new for so long, nothing is on its way to this worker. */
const quietMs = 150;
/** How often is looked whether requests are under way. */
const lookMs = 20;

/**
 * The connections of a server and what is under way on each, so that it can be drained, that bytes
 * which are no request are refused in their turn, and that a client which does not read has one answer
 * and no more: the requests of a connection are answered one after the other (Node would hand on at
 * once all that have come). `http.Server.close` will not do: it takes a connection for idle while its
 * answer is still being sent, and it stops looking for requests that are overdue.
 */
export class Connections {
  readonly #server: Server;
  readonly #open = new Map<Socket, Connection>();
  #draining = false;
  #hasNew = false;

  /**
   * @param answer answers the requests of `server`; it has no other listener for them, since Node
   *   copies a list of several for each request
   * @param longestUnreadMs how long a client may read nothing of an answer that waits for it
   */
  constructor(server: Server, answer: RequestListener, longestUnreadMs = 30_000) {
    this.#server = server;
    server.on("connection", (socket: Socket) => {
      this.#hasNew = true;
      const idle = { underWay: 0, readBytes: 0, newest: undefined, refusal: undefined };
      const connection = { ...idle, ahead: [], isUnread: false };
      this.#open.set(socket, connection);
      socket.on("resume", () => hold(socket, connection));
      socket.once("close", () => this.#open.delete(socket));
    });
    server.on("request", (request, response) => {
      const connection = this.#follow(request.socket, response);
      if (!connection || connection.underWay === 1) answer(request, response);
      else {
        connection.ahead.push(() => answer(request, response));
        hold(request.socket, connection);
      }
    });
    const looking = setInterval(() => this.#hurryUnread(longestUnreadMs), lookAgainMs).unref();
    server.once("close", () => clearInterval(looking));
    server.on("clientError", (error, socket) => this.#unreadable(error, socket as Socket));
  }

  /**
   * Takes the connections that are on their way from the primary, for `longestMs` at most, then no
   * more; closes the idle ones, and each other one after its last answer. Resolves when none is left.
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
    await turnAfter(quietMs); // What came last may be about to bring its request.
    for (const [socket, { underWay, readBytes }] of this.#open) {
      if (underWay === 0 && socket.bytesRead === readBytes) socket.destroy();
    }
    return promise;
  }

  /** Closes those that wait for their client's next request: it comes by another one. */
  closeIdle(): void {
    for (const [socket, { underWay, readBytes }] of this.#open) {
      const hasAnswered = readBytes > 0; // One that is new is about to bring its first request.
      if (hasAnswered && underWay === 0 && socket.bytesRead === readBytes) socket.destroy();
    }
  }

  /** Resolves when no request is under way. */
  async answered(): Promise<void> {
    while ([...this.#open.values()].some(({ underWay }) => underWay > 0)) await turnAfter(lookMs);
  }

  /** Takes what waits in the kernel, and would be reset there: a turn of the loop takes one. */
  async #takeWaiting(): Promise<void> {
    let quietTurns = 0;
    for (let turn = 0; turn < backlog && quietTurns < fewTurns; turn++) {
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

  /** Node gives a connection as long as a run may take; and an answer that waits here has been made. */
  #hurryUnread(longestUnreadMs: number): void {
    for (const [socket, connection] of this.#open) {
      const isUnread = socket.writableLength > 0;
      if (isUnread === connection.isUnread) continue;
      connection.isUnread = isUnread;
      if (isUnread) socket.setTimeout(longestUnreadMs);
      else if (connection.underWay > 0) socket.setTimeout(this.#server.timeout);
    }
  }

  /** Node tells it again for whatever comes after, when there is nothing to add. */
  #unreadable(error: Error & { code?: string }, socket: Socket): void {
    const connection = this.#open.get(socket);
    if (!connection || error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    if (!connection.refusal) {
      connection.refusal = unreadable(error);
      refuseInTurn(socket, connection, connection.refusal);
    }
    // The client has ended its side: as with any request, Node waits for no answer.
    if (socket.readableEnded) socket.end();
  }
}

/** Node resumes a socket after each request; what came with this one in one read is taken as well. */
function hold(socket: Socket, { ahead }: Connection): void {
  if (ahead.length >= manyAhead) socket.pause();
}

function answerNext(socket: Socket, { ahead }: Connection): void {
  if (!socket.writable) {
    ahead.length = 0; // Nobody is there for the answers.
    return;
  }
  const next = ahead.shift();
  if (!next) return;
  if (ahead.length === 0) socket.resume();
  next();
}

/** Answers come in the order of the requests: the refusal waits for those that are under way. */
function refuseInTurn(socket: Socket, connection: Connection, refusal: AppError): void {
  const { underWay, newest } = connection;
  if (!socket.writable) return; // It closes as soon as what was written has been sent.
  const isCutShort = newest !== undefined && !newest.req.complete;
  if (!isCutShort) {
    if (underWay === 0) refuse(socket, refusal);
  } else if (underWay === 0) {
    socket.destroy(); // The request that is cut short has its answer.
  } else if (underWay === 1 && !newest.headersSent) {
    refuse(socket, refusal);
  }
}

/** A timer that is late fires before the loop has looked for connections; an immediate, after. */
async function turnAfter(delayMs: number): Promise<void> {
  await pause(delayMs);
  await nextTurn();
}
