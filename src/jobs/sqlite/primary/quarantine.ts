import type { Life } from "../../../channel/life.ts";
import type { Clock } from "../../../clock.ts";
import type { Assignment } from "../../job.ts";
import type { Member } from "./crew.ts";

/** After this time a suspect no longer blocks the next suspect, which starts on another worker. */
const provenMs = 30_000;

/** The longest wait for another worker to be up, which serves while this one may end. */
const othersMs = 30_000;

/** How long one reserved worker may take to come free before another one is reserved. */
const freeMs = 10_000;

export interface QuarantineOptions {
  readonly clock: Clock;
  /** How many workers the server is to have. */
  readonly workers: number;
  /** Takes the first job that is held out of the file; null where there is none any more. */
  readonly claim: () => Promise<Assignment | null>;
  readonly handBack: (assignment: Assignment) => void;
  readonly send: (life: Life, assignment: Assignment) => void;
}

/**
 * Runs the jobs that are held because they may be what ends their workers: one after the other,
 * each with no other job on its worker, and only while another worker is up. So each loss shows which
 * job it is, and the server answers meanwhile. Nothing waits for ever: jobs that are not held
 * have every other turn, and the waits here are bounded.
 */
export class Quarantine {
  readonly #options: QuarantineOptions;
  /** Those that run one, with the time of its start. */
  readonly #alone = new Map<Member, number>();
  /** The worker for which one is being claimed. */
  #next: Member | undefined;
  #isClaiming = false;
  #isOthersTurn = false;
  #waitsSince: number | undefined;
  #reservedAt = Number.NEGATIVE_INFINITY;

  constructor(options: QuarantineOptions) {
    this.#options = options;
  }

  /** Another job was sent to a worker. */
  otherSent(): void {
    this.#isOthersTurn = false;
  }

  /** A worker has ended one of its attempts. */
  ended(member: Member): void {
    if (this.#alone.delete(member)) member.isReserved = false;
  }

  /** A worker is no more. */
  lost(member: Member): void {
    this.#alone.delete(member);
    if (this.#next === member) this.#next = undefined;
  }

  /** Starts no more. */
  close(): void {
    this.#next = undefined;
  }

  /**
   * Starts the next one where that may be. To be called at every change, and once a second.
   *
   * @param held how many jobs are held
   * @param othersWait whether others could run that are not
   */
  move(members: Iterable<Member>, held: number, othersWait: boolean): void {
    if (this.#isClaiming) return;
    const up = [...members].filter((member) => member.isUp && !this.#alone.has(member));
    const isTurn = held > 0 && !(this.#isOthersTurn && othersWait) && this.#isProven();
    if (!isTurn) this.#waitsSince = undefined;
    const free = up.find(({ isFree }) => isFree);
    if (!isTurn || !this.#isServed(up)) for (const member of up) member.isReserved = false;
    else if (free) void this.#start(free);
    else this.#reserve(up);
  }

  /** Whether none that runs alone has begun a short while ago. */
  #isProven(): boolean {
    const now = this.#options.clock.now();
    return [...this.#alone.values()].every((startedAt) => now - startedAt >= provenMs);
  }

  /** Whether one more worker is up for other jobs, or does not come up. */
  #isServed(up: readonly Member[]): boolean {
    const now = this.#options.clock.now();
    if (up.length >= Math.min(2, this.#options.workers)) this.#waitsSince = undefined;
    else this.#waitsSince ??= now;
    if (this.#waitsSince === undefined) return true;
    // While a suspect has the other worker, this one is the last for other jobs.
    return this.#alone.size === 0 && now - this.#waitsSince >= othersMs;
  }

  /**
   * Keeps a worker from getting other jobs; one more after a while. The last one stays with other
   * jobs: where live runs fill those that are reserved, it changes places with them.
   */
  #reserve(up: readonly Member[]): void {
    const now = this.#options.clock.now();
    const reserved = up.filter(({ isReserved }) => isReserved);
    if (reserved.length > 0 && now - this.#reservedAt < freeMs) return;
    const others = up
      .filter(({ isReserved }) => !isReserved)
      .toSorted((one, other) => one.running.size - other.running.size);
    const least = others[0];
    if (!least) return;
    if (others.length === 1 && reserved.length > 0) {
      // A worker whose jobs have not ended comes free when they have.
      if (reserved.some(({ running }) => running.size > 0)) return;
      for (const member of reserved) member.isReserved = false;
    }
    least.isReserved = true;
    this.#reservedAt = now;
  }

  async #start(member: Member): Promise<void> {
    const { clock, claim, handBack, send } = this.#options;
    this.#isClaiming = true;
    this.#next = member;
    member.isReserved = true;
    let assignment: Assignment | null = null;
    try {
      // Not one turn later than the answer: a cancel that was answered with it looks for the job.
      assignment = await claim();
    } catch {
      // The store refused: the next move tries again.
    }
    this.#isClaiming = false;
    member.isReserved = assignment !== null;
    if (!assignment) return;
    // It may have ended meanwhile, or nothing more is to be started.
    if (this.#next !== member) {
      handBack(assignment);
      return;
    }
    this.#alone.set(member, clock.now());
    this.#isOthersTurn = true;
    member.assign(assignment);
    send(member.life, { ...assignment, isSuspect: true });
  }
}
