import type { Random } from "../statistics/random.ts";
import type { Connection, Exchange } from "./connection.ts";
import { Fifo } from "./fifo.ts";

/** Connections that open at the same time. A server's backlog takes 511 (node:net). */
const openingAtOnce = 64;

/**
 * Requests that wait for the same connections, first come, first served. The connection that has
 * been idle longest goes first.
 */
export class Line {
  readonly waiting = new Fifo<Exchange>();
  readonly #idle = new Fifo<Connection>();
  readonly limit: number;
  open = 0;

  /** @param limit the most connections at once */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** An open, idle connection. Undefined if there is none. */
  takeIdle(): Connection | undefined {
    for (let next = this.#idle.shift(); next !== undefined; next = this.#idle.shift()) {
      if (next.usable) return next; // connections that closed while idle are dropped here
    }
    return undefined;
  }

  giveBack(connection: Connection): void {
    this.#idle.push(connection);
  }
}

/**
 * The connections of one stream, in lines.
 *
 * A closed loop has one line for all connections: a request takes whichever is idle. Many clients
 * with one connection each are one line for each connection: a request takes a line at random, and
 * waits there even if another connection is idle. Only this shows the cost of a server that
 * balances connections and not requests (node:cluster). Taking an idle connection would take a free
 * worker, and so balance the load for the server.
 */
export class ConnectionPool {
  readonly lines: readonly Line[];
  readonly #lineOf = new Map<Connection, Line>();
  readonly #random: Random | null;
  readonly #create: () => Connection;
  #closed = false;
  /** Connections opened so far. */
  opened = 0;

  /** @param random chooses the line of a request; null makes one line for all connections */
  constructor(limit: number, random: Random | null, create: () => Connection) {
    this.lines =
      random === null ? [new Line(limit)] : Array.from({ length: limit }, () => new Line(1));
    this.#random = random;
    this.#create = create;
  }

  get all(): Iterable<Connection> {
    return this.#lineOf.keys();
  }

  /** The line of the next request. */
  chooseLine(): Line {
    const place = this.#random === null ? 0 : Math.floor(this.#random() * this.lines.length);
    return this.lines[place] as Line;
  }

  /** A free connection of this line. Undefined if all are busy. */
  take(line: Line): Connection | undefined {
    return line.takeIdle() ?? (line.open < line.limit ? this.open(line) : undefined);
  }

  /** A new connection, even past the limit: for the retry of a request whose connection closed. */
  open(line: Line): Connection {
    const connection = this.#create();
    this.#lineOf.set(connection, line);
    line.open += 1;
    this.opened += 1;
    return connection;
  }

  /** Opens all connections that the limit allows. Settles when each is open or has failed. */
  async openAll(): Promise<void> {
    const missing = this.lines.flatMap((line) => Array<Line>(line.limit - line.open).fill(line));
    const next = missing.values();
    const opener = async () => {
      for (const line of next) {
        if (this.#closed) return;
        const connection = this.open(line);
        line.giveBack(connection);
        await connection.opened();
      }
    };
    await Promise.all(Array.from({ length: openingAtOnce }, opener));
  }

  giveBack(connection: Connection): void {
    this.#lineOf.get(connection)?.giveBack(connection);
  }

  forget(connection: Connection): void {
    const line = this.#lineOf.get(connection);
    if (line === undefined) return;
    this.#lineOf.delete(connection);
    line.open -= 1;
  }

  close(): void {
    this.#closed = true;
    for (const connection of [...this.all]) connection.abandon("STOPPED");
  }
}
