import type { Parts } from "../parts.ts";

interface Ready {
  /** How many jobs could be claimed. */
  readonly ready: number;
  /** How many of those run alone on their worker. */
  readonly quarantined: number;
  /** Until another job is due; null if none is planned. */
  readonly nextDueMs: number | null;
}

async function readReady({ client, keys, clock, pauses, tickets }: Parts): Promise<Ready> {
  const now = clock.now();
  const [open, held] = [keys.due("open"), keys.due("held")];
  const [ready, returned, quarantined, returnedHeld, ...next] = await Promise.all([
    client.zcount(open, "-inf", now),
    tickets.open.countReturned(),
    client.zcount(held, "-inf", now),
    tickets.held.countReturned(),
    ...[open, held].map((set) =>
      client.zrangebyscore(set, `(${now}`, "+inf", "WITHSCORES", "LIMIT", 0, 1),
    ),
  ]);
  const times = next.flatMap(([, time]) => (time === undefined ? [] : [Number(time)]));
  const nextDueMs = times.length > 0 ? Math.min(longestTimer, Math.min(...times) - now + 1) : null;
  if (pauses.now.all) return { ready: returned, quarantined: returnedHeld, nextDueMs };
  return { ready: ready + returned, quarantined: quarantined + returnedHeld, nextDueMs };
}

/** Chores look more often than that. */
const longestTimer = 60_000;

/** Tells the host what could be claimed, after each change, and when the next job is due. */
export class ReadyTeller {
  readonly #parts: Parts;
  readonly #tell: (ready: Omit<Ready, "nextDueMs">) => void;
  #timer: NodeJS.Timeout | undefined;
  #isBusy = false;
  #isWanted = false;
  #isStopped = false;

  constructor(parts: Parts, tell: (ready: Omit<Ready, "nextDueMs">) => void) {
    this.#parts = parts;
    this.#tell = tell;
  }

  /** What is asked for meanwhile is one more look. */
  async tell(): Promise<void> {
    this.#isWanted = true;
    if (this.#isBusy || this.#isStopped) return;
    this.#isBusy = true;
    try {
      while (this.#isWanted) {
        this.#isWanted = false;
        const { nextDueMs, ...counts } = await readReady(this.#parts);
        this.#tell(counts);
        this.#lookAgainIn(nextDueMs);
      }
    } catch {
      // Redis is away. The next chores look again.
    } finally {
      this.#isBusy = false;
    }
  }

  /** A claim brought nothing, whatever the counts say: other hosts were quicker. */
  tellNone(): void {
    this.#tell({ ready: 0, quarantined: 0 });
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #lookAgainIn(ms: number | null): void {
    clearTimeout(this.#timer);
    if (ms !== null && !this.#isStopped) this.#timer = setTimeout(() => void this.tell(), ms);
  }
}
