import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { AppError } from "../errors.ts";
import { refuse } from "./unreadable.ts";

/** What is under way on one connection. */
export interface Connection {
  /** Requests that arrived and are not fully answered. */
  underWay: number;
  /** Bytes read up to the end of its last answer. More bytes are the start of a new request. */
  readBytes: number;
  /** The answer to the newest request, until both are complete. */
  newest: ServerResponse | undefined;
  /** Pipelined requests. Each starts when the answer before it is done. */
  readonly ahead: (() => void)[];
  /** Whether written bytes wait for the client to read. The connection then has a shorter timeout. */
  isUnread: boolean;
  /** The answer to bytes that are no request. Nothing after them can be read. */
  refusal: AppError | undefined;
}

/** Whether it waits for the client's next request, of which nothing has come. */
export function isIdle(socket: Socket, { underWay, readBytes }: Connection): boolean {
  return underWay === 0 && socket.bytesRead === readBytes && !hasBegun(socket);
}

/** What Node keeps of a connection, and of those whose next message has begun. */
interface ServedSocket {
  readonly parser?: unknown;
  readonly server?: Readonly<Record<symbol, { active?(): readonly unknown[] } | undefined>>;
}

/**
 * Whether a part of a request has been read. It may have come with the end of the one before, and
 * counts in `readBytes` then.
 *
 * It looks where Node's own `closeIdleConnections` does. If a later Node has no such list, the answer
 * is no.
 */
export function hasBegun(socket: Socket): boolean {
  if (socket.bytesRead === 0) return false; // Node counts it as begun, because it should send.
  const { parser, server = {} } = socket as unknown as ServedSocket;
  const symbols = Object.getOwnPropertySymbols(server);
  const list = symbols.find(({ description }) => description === "http.server.connections");
  return (list && server[list]?.active?.().includes(parser)) ?? false;
}

/** Whether no request has come on it yet. */
export function isNew({ underWay, readBytes }: Connection): boolean {
  return underWay === 0 && readBytes === 0;
}

/** Whether another process can go on with it: here, nothing is left to be read or written. */
export function mayLeave(socket: Socket, connection: Connection): boolean {
  const { newest, refusal, ahead } = connection;
  const isOpen = !socket.destroyed && socket.readable && socket.writable;
  const isFlushed = socket.writableLength === 0 && socket.readableLength === 0;
  const isDone = newest === undefined && refusal === undefined && ahead.length === 0;
  return isIdle(socket, connection) && isOpen && isFlushed && isDone;
}

/** Most pipelined requests of one client. With so many waiting, its socket is paused. */
const manyAhead = 16;

/** Pauses a socket with many pipelined requests. Node resumes it after each request. */
export function pauseWhenAhead(socket: Socket, { ahead }: Connection): void {
  if (ahead.length >= manyAhead) socket.pause();
}

/** Starts the next pipelined request. Reading goes on once none is left. */
export function answerNext(socket: Socket, { ahead }: Connection): void {
  if (!socket.writable) {
    ahead.length = 0; // Nobody reads the answers.
    return;
  }
  const next = ahead.shift();
  if (!next) return;
  if (ahead.length === 0) socket.resume();
  next();
}

/** Refuses in the order of the requests: the refusal waits for the answers under way. */
export function refuseInTurn(socket: Socket, connection: Connection, refusal: AppError): void {
  const { underWay, newest } = connection;
  if (!socket.writable) return; // It closes once the written bytes are sent.
  const isCutShort = newest !== undefined && !newest.req.complete;
  if (!isCutShort) {
    if (underWay === 0) refuse(socket, refusal);
  } else if (underWay === 0) {
    socket.destroy(); // The incomplete request has its answer already.
  } else if (underWay === 1 && !newest.headersSent) {
    refuse(socket, refusal);
  }
}
