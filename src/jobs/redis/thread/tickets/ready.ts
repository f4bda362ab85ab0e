import type { Parts } from "../parts.ts";
import type { Pool } from "../records/record.ts";

interface Counts {
  /** How many jobs could be claimed. */
  readonly ready: number;
  /** How many jobs that run alone on their worker could be. */
  readonly quarantined: number;
}

interface Ready extends Counts {
  /** Until another job is due; null if none is planned. */
  readonly nextDueMs: number | null;
}

/** Tickets that have come back because the lock of a host has ended. */
export type Returned = Readonly<Record<Pool, number>>;

async function countReturned({ tickets }: Parts): Promise<Returned> {
  const [open, held] = await Promise.all([
    tickets.open.countReturned(),
    tickets.held.countReturned(),
  ]);
  return { open, held };
}

async function readReady({ client, keys, clock, pauses }: Parts, back: Returned): Promise<Ready> {
  const now = clock.now();
  const [open, held] = [keys.due("open"), keys.due("held")];
  const [ready, quarantined, ...next] = await Promise.all([
    client.zcount(open, "-inf", now),
    client.zcount(held, "-inf", now),
    ...[open, held].map((set) =>
      client.zrangebyscore(set, `(${now}`, "+inf", "WITHSCORES", "LIMIT", 0, 1),
    ),
  ]);
  const times = next.flatMap(([, time]) => (time === undefined ? [] : [Number(time)]));
  const nextDueMs = times.length > 0 ? Math.min(longestTimer, Math.min(...times) - now + 1) : null;
  if (pauses.now.all) return { ready: back.open, quarantined: back.held, nextDueMs };
  return { ready: ready + back.open, quarantined: quarantined + back.held, nextDueMs };
}

/** Chores look more often than that. */
const longestTimer = 60_000;

/**
 * Tells the host what could be claimed, and when the next job is due. It is asked for by what makes
 * jobs ready: most commands do not.
 */
export class ReadyTeller {
  readonly #parts: Parts;
  readonly #tell: (counts: Counts) => void;
  #told: Counts = { ready: 0, quarantined: 0 };
  #returned: Returned = { open: 0, held: 0 };
  #timer: NodeJS.Timeout | undefined;
  #asked = 0;
  #isBusy = false;
  #isWanted = false;
  #isStopped = false;

  constructor(parts: Parts, tell: (counts: Counts) => void) {
    this.#parts = parts;
    this.#tell = tell;
  }

  /** How often it was asked for. A claim that was sent before the last time may not know the newest jobs. */
  get asked(): number {
    return this.#asked;
  }

  /** What is asked for meanwhile is one more look. */
  async tell(): Promise<void> {
    this.#asked++;
    this.#isWanted = true;
    if (this.#isBusy || this.#isStopped) return;
    this.#isBusy = true;
    try {
      while (this.#isWanted) {
        this.#isWanted = false;
        // To count them costs two scripts. None comes back without a look at the locks.
        if (this.#returned.open + this.#returned.held > 0) await this.#countReturned();
        const { nextDueMs, ...counts } = await readReady(this.#parts, this.#returned);
        this.#tellCounts(counts);
        this.#lookAgainIn(nextDueMs);
      }
    } catch {
      // Redis is away. The next chores look again.
    } finally {
      this.#isBusy = false;
    }
  }

  /** The same, after a look at the tickets that have come back: this host or another one has lost them. */
  async tellReturned(): Promise<void> {
    try {
      await this.#countReturned();
    } catch {
      // Redis is away. The next chores look again.
    }
    await this.tell();
  }

  /** A claim brought less than it asked for, whatever the counts say: other hosts were quicker. */
  tellNone(pool: Pool): void {
    this.#tellCounts({ ...this.#told, [pool === "open" ? "ready" : "quarantined"]: 0 });
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #tellCounts(counts: Counts): void {
    this.#told = counts;
    this.#tell(counts);
  }

  async #countReturned(): Promise<void> {
    this.#returned = await countReturned(this.#parts);
  }

  #lookAgainIn(ms: number | null): void {
    clearTimeout(this.#timer);
    if (ms !== null && !this.#isStopped) this.#timer = setTimeout(() => void this.tell(), ms);
  }
}
