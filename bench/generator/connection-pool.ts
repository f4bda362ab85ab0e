import type { Connection } from "./connection.ts";
import { Fifo } from "./fifo.ts";

/**
 * The connections of one stream: opened when needed, up to a bound.
 *
 * The one that has been idle longest goes first. A server that balances connections and not
 * requests (node:cluster) then sees all of them used alike, as by many clients.
 */
export class ConnectionPool {
  readonly #open = new Set<Connection>();
  readonly #idle = new Fifo<Connection>();
  readonly #limit: number;
  readonly #create: () => Connection;
  /** How many were ever opened. */
  opened = 0;

  constructor(limit: number, create: () => Connection) {
    this.#limit = limit;
    this.#create = create;
  }

  get all(): Iterable<Connection> {
    return this.#open;
  }

  /** A connection that is free for a request; undefined where all of them are busy. */
  take(): Connection | undefined {
    for (let next = this.#idle.shift(); next !== undefined; next = this.#idle.shift()) {
      if (next.usable) return next; // those that closed while idle are dropped here
    }
    return this.#open.size < this.#limit ? this.open() : undefined;
  }

  /** A new connection, whatever the bound: for the retry of a request whose connection closed. */
  open(): Connection {
    const connection = this.#create();
    this.#open.add(connection);
    this.opened += 1;
    return connection;
  }

  giveBack(connection: Connection): void {
    this.#idle.push(connection);
  }

  forget(connection: Connection): void {
    this.#open.delete(connection);
  }

  close(): void {
    for (const connection of [...this.#open]) connection.abandon("STOPPED");
  }
}
