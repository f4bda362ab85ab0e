import type { Life } from "../../../channel/life.ts";
import type { Clock } from "../../../clock.ts";
import type { AssignedJob, ClaimedJob } from "../../messages/commands.ts";
import type { JobWorker } from "./job-worker.ts";

/** After this time a quarantined job no longer keeps the next one from starting. */
const provenMs = 30_000;

/** The longest wait for a second worker to be up. It serves while the other one may end. */
const othersMs = 30_000;

/** When a reserved worker has not come free for this long, another one is reserved. */
const freeMs = 10_000;

export interface QuarantineOptions {
  readonly clock: Clock;
  /** How many workers the server is to have now. */
  readonly workers: () => number;
  /** Claims the first job in quarantine; null where there is none. */
  readonly claim: () => Promise<ClaimedJob | null>;
  readonly handBack: (jobs: readonly ClaimedJob[]) => void;
  readonly send: (life: Life, job: AssignedJob) => void;
}

/**
 * Runs the jobs in quarantine, which may be what ends their workers: suspects (transitions.ts), and
 * jobs of tasks on probation (probation.ts). They run one after the other, each with no other job on
 * its worker, and only while another worker is up. So each loss shows which job is to blame, and the
 * server answers meanwhile. Nothing waits for ever: other jobs have every other turn, and the waits
 * here are bounded.
 */
export class Quarantine {
  readonly #options: QuarantineOptions;
  /** The workers that run a quarantined job, with the time of its start. */
  readonly #alone = new Map<JobWorker, number>();
  /** The worker for which a job is being claimed. */
  #next: JobWorker | undefined;
  #isClaiming = false;
  #answered: Promise<void> = Promise.resolve();
  #isOthersTurn = false;
  #waitsSince: number | undefined;
  #reservedAt = Number.NEGATIVE_INFINITY;

  constructor(options: QuarantineOptions) {
    this.#options = options;
  }

  /** A job that is not in quarantine was sent to a worker. */
  otherSent(): void {
    this.#isOthersTurn = false;
  }

  /** A worker has ended an attempt. */
  ended(worker: JobWorker): void {
    if (this.#alone.delete(worker)) worker.isReserved = false;
  }

  /** A worker has ended. */
  lost(worker: JobWorker): void {
    this.#alone.delete(worker);
    if (this.#next === worker) this.#next = undefined;
  }

  /** Starts no more. Resolves when what is claimed goes back. */
  close(): Promise<void> {
    this.#next = undefined;
    return this.#answered;
  }

  /**
   * Starts the next job where it may start. To be called at every change, and once a second.
   *
   * @param quarantined how many jobs are in quarantine
   * @param othersWait whether jobs wait that are not in quarantine
   */
  move(workers: Iterable<JobWorker>, quarantined: number, othersWait: boolean): void {
    if (this.#isClaiming) return;
    const up = [...workers].filter((worker) => worker.isUp && !this.#alone.has(worker));
    const isTurn = quarantined > 0 && !(this.#isOthersTurn && othersWait) && this.#isProven();
    if (!isTurn) this.#waitsSince = undefined;
    const free = up.find(({ isFree }) => isFree);
    if (!isTurn || !this.#isServed(up)) for (const worker of up) worker.isReserved = false;
    else if (free) this.#answered = this.#start(free);
    else this.#reserve(up);
  }

  /** Whether no quarantined job has started a short while ago. */
  #isProven(): boolean {
    const now = this.#options.clock.now();
    return [...this.#alone.values()].every((startedAt) => now - startedAt >= provenMs);
  }

  /** Whether a second worker is up for other jobs, or was waited for long enough. */
  #isServed(up: readonly JobWorker[]): boolean {
    const now = this.#options.clock.now();
    if (up.length >= Math.min(2, this.#options.workers())) this.#waitsSince = undefined;
    else this.#waitsSince ??= now;
    if (this.#waitsSince === undefined) return true;
    // While a quarantined job has the other worker, this one is the last for other jobs.
    return this.#alone.size === 0 && now - this.#waitsSince >= othersMs;
  }

  /**
   * Keeps a worker from getting other jobs, and one more after a while. The last worker stays with
   * other jobs. Where live runs fill the reserved ones, it changes places with them.
   */
  #reserve(up: readonly JobWorker[]): void {
    const now = this.#options.clock.now();
    const reserved = up.filter(({ isReserved }) => isReserved);
    if (reserved.length > 0 && now - this.#reservedAt < freeMs) return;
    const others = up
      .filter(({ isReserved }) => !isReserved)
      .toSorted((one, other) => one.assigned.size - other.assigned.size);
    const least = others[0];
    if (!least) return;
    if (others.length === 1 && reserved.length > 0) {
      // A worker that still runs jobs comes free when they end.
      if (reserved.some(({ assigned }) => assigned.size > 0)) return;
      for (const worker of reserved) worker.isReserved = false;
    }
    least.isReserved = true;
    this.#reservedAt = now;
  }

  async #start(worker: JobWorker): Promise<void> {
    const { clock, claim, handBack, send } = this.#options;
    this.#isClaiming = true;
    this.#next = worker;
    worker.isReserved = true;
    let job: ClaimedJob | null = null;
    try {
      // In the same turn as the answer: a cancel that was answered with it looks for the job.
      job = await claim();
    } catch {
      // The store refused. The next `move` tries again.
    }
    this.#isClaiming = false;
    worker.isReserved = job !== null;
    if (!job) return;
    // The worker may have ended meanwhile, or nothing more is to be started.
    if (this.#next !== worker) {
      handBack([job]);
      return;
    }
    this.#alone.set(worker, clock.now());
    this.#isOthersTurn = true;
    send(worker.life, { ...worker.assign(job, null), isSuspect: true });
  }
}
