import type { Clock } from "../../clock.ts";
import type { Assignment } from "../job.ts";
import type { Member } from "./crew.ts";

/** After so long, a job that runs alone no longer keeps the next one from starting elsewhere. */
const provenMs = 30_000;

/** The longest wait for another worker to be up, which serves while this one may end. */
const patienceMs = 10_000;

export interface QuarantineOptions {
  readonly clock: Clock;
  /** How many workers the server is to have. */
  readonly workers: number;
  /** Takes the first job that is held out of the file; null where there is none any more. */
  readonly claim: () => Promise<Assignment | null>;
  readonly handBack: (assignment: Assignment) => void;
  readonly send: (worker: number, assignment: Assignment) => void;
}

/**
 * Runs the jobs that are held because they may be what ends their workers: one after the other,
 * each with no other job on its worker, and only while another worker is up. So each loss shows which
 * job it is, and the server answers meanwhile. Nothing waits for ever: jobs that are not held
 * have every other turn, and the waits here are bounded.
 */
export class Quarantine {
  readonly #options: QuarantineOptions;
  /** The worker that gets the next one, as soon as it is free. */
  #reserved: Member | undefined;
  /** Those that run one, with the time of its start. */
  readonly #alone = new Map<Member, number>();
  #isClaiming = false;
  #isOthersTurn = false;
  #waitsSince: number | undefined;

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
    if (this.#reserved === member) this.#reserve(undefined);
  }

  /** Starts no more. */
  close(): void {
    this.#reserve(undefined);
  }

  /**
   * Starts the next one where that may be. To be called at every change, and once a second.
   *
   * @param held how many jobs are held
   * @param othersWait whether others could run that are not
   */
  move(members: Iterable<Member>, held: number, othersWait: boolean): void {
    if (this.#isClaiming) return;
    const isMyTurn = held > 0 && !(this.#isOthersTurn && othersWait) && this.#isProven();
    const next = isMyTurn ? this.#nextOf([...members]) : undefined;
    if (!isMyTurn) this.#waitsSince = undefined;
    this.#reserve(next);
    if (next?.isFree) void this.#start(next);
  }

  /** Whether none that runs alone has begun a short while ago. */
  #isProven(): boolean {
    const now = this.#options.clock.now();
    return [...this.#alone.values()].every((startedAt) => now - startedAt >= provenMs);
  }

  /** One that is free, or else the one to be kept free; none while no other is up. */
  #nextOf(members: readonly Member[]): Member | undefined {
    const { clock, workers } = this.#options;
    const up = members.filter((member) => member.isUp && !this.#alone.has(member));
    const now = clock.now();
    if (up.length >= Math.min(2, workers)) this.#waitsSince = undefined;
    else this.#waitsSince ??= now;
    if (this.#waitsSince !== undefined && now - this.#waitsSince < patienceMs) return undefined;
    return up.find(({ isFree }) => isFree) ?? this.#reserved ?? leastBusy(up);
  }

  #reserve(member: Member | undefined): void {
    if (this.#reserved === member) return;
    if (this.#reserved) this.#reserved.isReserved = false;
    this.#reserved = member;
    if (member) member.isReserved = true;
  }

  async #start(member: Member): Promise<void> {
    const { clock, claim, handBack, send } = this.#options;
    this.#isClaiming = true;
    const assignment = await claim().catch(() => null);
    this.#isClaiming = false;
    if (!assignment) return;
    // It may have ended meanwhile.
    if (this.#reserved !== member) {
      handBack(assignment);
      return;
    }
    this.#reserved = undefined;
    this.#alone.set(member, clock.now());
    this.#isOthersTurn = true;
    member.assign(assignment);
    send(member.worker, assignment);
  }
}

function leastBusy(members: readonly Member[]): Member | undefined {
  return members.toSorted((one, other) => one.running.size - other.running.size)[0];
}
