/** What the clients of a soak send: who they say they are, and whether they may submit jobs. */

export const token = "soak-7b1c9e2f4d6a8b0c3e5f";

/** Requests of one client in two seconds. Each of ours has many addresses, and stays below. */
export const rateLimit = 20;
const addressesOfEach = 250;

export const authorization = { Authorization: `Bearer ${token}` };

/** A light run. */
export const run = "/hash?input=a&algorithm=sha256&iterations=200";

/** A request as bytes. */
export function get(path: string, address: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: ${address}\r\n\r\n`;
}

/** The addresses of one client, in turn. */
export class Addresses {
  readonly #client: number;
  #turn = 0;

  constructor(client: number) {
    this.#client = client;
  }

  next(): string {
    return `10.0.${this.#client}.${this.#turn++ % addressesOfEach}`;
  }
}

/** How many requests of each kind of client ended in which way: a status, or "lost". */
export class Endings {
  readonly #counts = new Map<string, Map<number | "lost", number>>();

  add(client: string, ending: number | "lost"): void {
    const counts = this.#counts.get(client) ?? new Map<number | "lost", number>();
    counts.set(ending, (counts.get(ending) ?? 0) + 1);
    this.#counts.set(client, counts);
  }

  /** The endings that clients of this kind had. */
  of(client: string): (number | "lost")[] {
    return [...(this.#counts.get(client)?.keys() ?? [])];
  }

  toString(): string {
    const lines = [...this.#counts].map(
      ([client, counts]) => `${client}: ${JSON.stringify(Object.fromEntries(counts))}`,
    );
    return lines.join("\n");
  }
}
