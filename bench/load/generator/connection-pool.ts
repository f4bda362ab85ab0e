import type { Random } from "../statistics/random.ts";
import type { Connection, Exchange } from "./connection.ts";
import { Fifo } from "./fifo.ts";

/** So many connections are on their way to being open at once: a backlog takes 511 (node:net). */
const openingAtOnce = 64;

/**
 * Requests that wait for the same connections, first come, first served. Of the connections that
 * are idle the one that has been so longest goes first.
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

  /** A connection that was open and idle; undefined where there is none. */
  takeIdle(): Connection | undefined {
    for (let next = this.#idle.shift(); next !== undefined; next = this.#idle.shift()) {
      if (next.usable) return next; // those that closed while idle are dropped here
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
 * One line before all of them lets a request take whichever is idle, as the clients of a closed
 * loop do. A line before each is what many clients with a connection each are: a request takes one
 * at random, and waits behind that connection's own requests where it is busy. Only this shows what
 * a server costs that balances connections and not requests (node:cluster): to take an idle one
 * would be to take one whose worker is free, and to balance the load in the server's stead.
 */
export class ConnectionPool {
  readonly lines: readonly Line[];
  readonly #lineOf = new Map<Connection, Line>();
  readonly #random: Random | null;
  readonly #create: () => Connection;
  #closed = false;
  /** How many were ever opened. */
  opened = 0;

  /** @param random by which a request takes its line; null has one line before all connections */
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

  /** A connection of this line that is free for a request; undefined where all are busy. */
  take(line: Line): Connection | undefined {
    return line.takeIdle() ?? (line.open < line.limit ? this.open(line) : undefined);
  }

  /** A new connection, whatever the bound: for the retry of a request whose connection closed. */
  open(line: Line): Connection {
    const connection = this.#create();
    this.#lineOf.set(connection, line);
    line.open += 1;
    this.opened += 1;
    return connection;
  }

  /** Opens all that the bound allows; settles when each is open, or has failed. */
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
