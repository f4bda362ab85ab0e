import type { Job as BullJob, Queue, Worker } from "bullmq";
import { maxPriority } from "../../../limits.ts";
import type { Client } from "../../connections.ts";
import type { JobRecord, Pool } from "../records/record.ts";

/** How long a host may be silent before its jobs go to others. */
export const lockMs = 4000;

/** How often BullMQ looks for jobs whose lock has ended. It moves them at the second look. */
const stalledCheckMs = 1500;

/** BullMQ has priorities from 1, the first to be taken, to 2^21. */
const firstPriority = 1;

/** The records count attempts (transitions.ts). BullMQ's own count of stalls must not end a job. */
const anyStalls = 1_000_000;

const jobName = "job";

/** A ticket that this host has taken: a job in BullMQ, under a lock of ours. */
export interface Taken {
  readonly ticket: string;
  readonly pool: Pool;
  /** That of its job. */
  readonly priority: number;
  readonly lock: string;
  readonly bull: BullJob;
}

export interface TicketsOptions {
  readonly bull: { readonly Queue: typeof Queue; readonly Worker: typeof Worker };
  readonly client: Client;
  /** Of all keys. */
  readonly prefix: string;
  readonly pool: Pool;
  /** Names this host among those of the queue. */
  readonly host: string;
  readonly onError: (error: Error) => void;
  /** A ticket has come back because the lock of a host has ended. */
  readonly onReturned: () => void;
}

/**
 * The tickets of one pool, in a queue of BullMQ. A ticket stands for a job that may be claimed; whose
 * it is, is in records/ticket-owners.ts. BullMQ orders them by priority and time, keeps those
 * back whose time has not come, locks what a host has taken, and gives it to another host when the
 * lock ends. What a ticket is worth only the job's record says.
 */
export class Tickets {
  readonly #queue: Queue;
  readonly #worker: Worker;
  readonly #pool: Pool;
  readonly #host: string;
  #takes = 0;

  constructor({ bull, client, prefix, pool, host, onError, onReturned }: TicketsOptions) {
    const options = { connection: client, prefix };
    this.#pool = pool;
    this.#host = host;
    this.#queue = new bull.Queue(`tickets-${pool}`, {
      ...options,
      streams: { events: { maxLen: 1000 } },
    });
    this.#worker = new bull.Worker(`tickets-${pool}`, null, {
      ...options,
      autorun: false,
      name: host,
      lockDuration: lockMs,
      stalledInterval: stalledCheckMs,
      maxStalledCount: anyStalls,
    });
    this.#queue.on("error", onError);
    this.#worker.on("error", onError);
    this.#worker.on("stalled", onReturned);
  }

  async start(): Promise<void> {
    await Promise.all([this.#queue.waitUntilReady(), this.#worker.waitUntilReady()]);
    await this.#worker.startStalledCheckTimer();
  }

  /**
   * Adds tickets. One that is there already stays as it is.
   *
   * @param now Redis' time
   */
  async add(records: readonly JobRecord[], now: number): Promise<void> {
    const jobs = records.map((record) => ({
      name: jobName,
      data: {},
      opts: {
        jobId: record.ticket,
        priority: firstPriority + maxPriority - record.priority,
        delay: Math.max(0, record.runAt - now),
        removeOnComplete: true,
        removeOnFail: true,
      },
    }));
    await this.#queue.addBulk(jobs);
  }

  /** Takes at most so many tickets, the first ones. */
  async take(limit: number): Promise<Taken[]> {
    const taken = await Promise.all(Array.from({ length: limit }, () => this.#takeOne()));
    return taken.filter((each) => each !== null);
  }

  /** How many tickets have come back because the lock of a host has ended. They are taken first. */
  async countReturned(): Promise<number> {
    return this.#queue.getWaitingCount(); // Without those that have a priority, as all others have.
  }

  /** The ticket is used up. */
  async finish({ bull, lock }: Taken): Promise<void> {
    await bull.moveToCompleted(null, lock, false);
  }

  /** The ticket is the first of its priority again. */
  async putBack({ bull, lock }: Taken): Promise<void> {
    await bull.moveToWait(lock);
  }

  /** @param delayMs from now */
  async delay({ bull, lock }: Taken, delayMs: number): Promise<void> {
    await bull.moveToDelayed(Date.now() + delayMs, lock); // Redis' time: thread-time.ts
  }

  /** Removes a ticket that nobody has taken; does nothing where it is not there. */
  async remove(ticket: string): Promise<void> {
    await this.#queue.remove(ticket);
  }

  /** @returns those whose lock is not ours any more */
  async renew(taken: readonly Taken[]): Promise<Taken[]> {
    const ids = taken.map(({ bull }) => bull.id as string);
    const locks = taken.map(({ lock }) => lock);
    const lost = new Set(await this.#worker.extendJobLocks(ids, locks, lockMs));
    return taken.filter(({ bull }) => lost.has(bull.id as string));
  }

  async close(): Promise<void> {
    await Promise.all([this.#worker.close(true), this.#queue.close()]);
  }

  async #takeOne(): Promise<Taken | null> {
    const lock = `${this.#host}:${++this.#takes}`;
    const bull = await this.#worker.getNextJob(lock, { block: false });
    if (!bull) return null;
    const priority = firstPriority + maxPriority - bull.priority;
    return { ticket: bull.id as string, pool: this.#pool, priority, lock, bull };
  }
}
