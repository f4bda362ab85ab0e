import type { RowAttempt } from "../../../starts.ts";
import type { JobRecord, Pool } from "../records/record.ts";
import { lockMs, type Taken, type Tickets } from "./tickets.ts";

/** Some renewals may fail before the lock ends. */
const renewMs = lockMs / 4;

export interface HeldTicketsOptions {
  readonly tickets: Readonly<Record<Pool, Tickets>>;
  /** ms, monotonic */
  readonly steady: () => number;
  /** Another host may have this job by now: its run here is to stop. */
  readonly onLost: (run: RowAttempt) => void;
}

interface Held {
  readonly taken: Taken;
  /** The job that runs under it, as this host has written it last; undefined while none does. */
  run: JobRecord | undefined;
  /** Until then no other host has it, in steady time: counted from before the renewal was sent. */
  safeUntil: number;
}

/**
 * The tickets that this host has taken, and the renewal of their locks. Where a lock is lost, or could
 * not be renewed in time, the run is stopped: another host may run the job.
 */
export class HeldTickets {
  readonly #options: HeldTicketsOptions;
  readonly #held = new Map<string, Held>();
  readonly #timer: NodeJS.Timeout;
  #isRenewing = false;

  constructor(options: HeldTicketsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#look(), renewMs);
  }

  /** @param since when the call that took it was sent, in steady time */
  add(taken: Taken, since: number): void {
    this.#held.set(taken.ticket, { taken, run: undefined, safeUntil: since + lockMs });
  }

  /** An attempt runs under this ticket. */
  started(ticket: string, run: JobRecord): void {
    const held = this.#held.get(ticket);
    if (held) held.run = run;
    else this.#options.onLost(run); // It was lost while the start was written.
  }

  /** A running job was changed. */
  wrote(run: JobRecord): void {
    const held = this.#held.get(run.ticket);
    if (held?.run?.token === run.token) held.run = run;
  }

  /** The job as this host has written it last, so that it need not be read. Others may have changed it. */
  recordOf(run: RowAttempt): JobRecord | undefined {
    return this.#holding(run)?.run;
  }

  /** Gives it up. @returns undefined where it is not held, or was lost */
  release(ticket: string): Taken | undefined {
    const held = this.#held.get(ticket);
    this.#held.delete(ticket);
    return held?.taken;
  }

  /** Its record has gone on without this attempt. The ticket comes back when its lock ends. */
  letGo(run: RowAttempt): void {
    const held = this.#holding(run);
    if (held) this.#held.delete(held.taken.ticket);
  }

  has(ticket: string): boolean {
    return this.#held.has(ticket);
  }

  /** Whether this host runs the job. */
  runs(seq: number): boolean {
    return this.#held.values().some(({ run }) => run?.seq === seq);
  }

  loseAll(): void {
    for (const held of this.#held.values()) this.#lose(held);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { steady } = this.#options;
    // The next look comes too late for what ends before it.
    const until = steady() + renewMs;
    for (const held of this.#held.values()) if (held.safeUntil <= until) this.#lose(held);
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    try {
      await Promise.all([this.#renew("open"), this.#renew("held")]);
    } catch {
      // Redis is away. What cannot be renewed in time is lost at a later look.
    } finally {
      this.#isRenewing = false;
    }
  }

  async #renew(pool: Pool): Promise<void> {
    const { steady, tickets } = this.#options;
    const held = [...this.#held.values()].filter(({ taken }) => taken.pool === pool);
    if (held.length === 0) return;
    const since = steady();
    const lost = new Set(await tickets[pool].renew(held.map(({ taken }) => taken)));
    for (const each of held) {
      if (!lost.has(each.taken)) each.safeUntil = since + lockMs;
      else if (this.#held.get(each.taken.ticket) === each) this.#lose(each);
    }
  }

  #holding({ seq, token }: RowAttempt): Held | undefined {
    return this.#held.values().find(({ run }) => run?.seq === seq && run.token === token);
  }

  #lose({ taken, run }: Held): void {
    this.#held.delete(taken.ticket);
    if (run) this.#options.onLost(run);
  }
}
