import type { StopSignal } from "../stop.ts";
import type { Task } from "../tasks/task.ts";
import type { Offer } from "./hand-over/offer.ts";
import { Lane } from "./lane.ts";
import type { Needs } from "./needs.ts";

/** `live` runs have a client waiting and go before those of `jobs`. */
export type LaneName = "live" | "jobs";

/** A run at the door: what it takes, and in which lane it waits. */
export interface Entry {
  readonly task: Task;
  readonly lane: LaneName;
  readonly needs: Needs;
  /** Aborts when nobody wants the run any more. */
  readonly signal: StopSignal;
  /** What another worker needs to carry it out. Left out where it is to stay here. */
  readonly offer?: Offer | undefined;
  /** Who waits for a live run. Asked only if it has to wait. Left out: all such runs have one client. */
  readonly client?: (() => string) | undefined;
}

/** A waiting run. `grant` gives it its slots and its memory, `refuse` sends it away. */
export interface WaitingRun {
  readonly needs: Needs;
  /** In its lane the lowest goes first; runs with the same turn in the order of their arrival. */
  readonly turn: number;
  grant(): void;
  refuse(reason: unknown): void;
}

interface NumberedRun<Run extends WaitingRun = WaitingRun> {
  /** The order of arrival. */
  readonly number: number;
  readonly needs: Needs;
  readonly run: Run;
}

/** A place in the line. */
export interface Place {
  /** Leaves the line. A second call does nothing. */
  leave(): void;
  /** Returns to it, before all that came later. */
  putBack(): void;
}

/** A lane in two parts, each in the order of turns: runs without memory, and runs with. */
class LaneByMemory<Run extends WaitingRun> {
  readonly light = new Lane<NumberedRun<Run>>();
  readonly heavy = new Lane<NumberedRun<Run>>();

  get length(): number {
    return this.light.length + this.heavy.length;
  }
}

/**
 * The order in which waiting runs start: live runs before jobs. In each lane they start by their turns,
 * and first come first served where these are equal. Jobs all have the same turn.
 * Runs that take memory have a line of their own. Only runs that take none may pass it.
 *
 * One exception keeps live runs from taking the memory again and again. A job that lacks only
 * memory, while there is a slot that no live run takes, goes before the live runs that take memory
 * and came after it.
 *
 * A run may need several slots. When its turn comes and there are too few, the free ones are kept for
 * it, and nobody passes it. So runs of one slot cannot keep it waiting for ever; and as it only gets
 * its turn when no live run waits before it, a live run waits behind one such job at most.
 */
export class WaitingLine<Run extends WaitingRun = WaitingRun> {
  readonly #live = new LaneByMemory<Run>();
  readonly #jobs = new LaneByMemory<Run>();
  #come = 0;
  /** The job that lacked memory when there was a slot that no live run took; it may have left. */
  #claims: NumberedRun<Run> | undefined;
  /** The run that the free slots are kept for. */
  #kept: NumberedRun<Run> | undefined;

  get length(): number {
    return this.#live.length + this.#jobs.length;
  }

  /** How many live runs wait. */
  get live(): number {
    return this.#live.length;
  }

  /** Whether the free slots are kept for a run that needs more of them. */
  get keepsSlots(): boolean {
    return this.#kept !== undefined;
  }

  push(lane: LaneName, run: Run): Place {
    const { needs } = run;
    const parts = lane === "live" ? this.#live : this.#jobs;
    const part = needs.memoryBytes > 0 ? parts.heavy : parts.light;
    const numbered = { number: this.#come++, needs, run };
    const isLater = (other: NumberedRun<Run>) => isBefore(numbered, other);
    let remove = part.insert(numbered, isLater);
    return {
      leave: () => {
        remove();
        if (this.#kept === numbered) this.#kept = undefined;
      },
      putBack: () => {
        remove = part.insert(numbered, isLater);
      },
    };
  }

  /**
   * The first live run that passes the test, of the oldest ones. A run that slots are kept for is
   * about to start, so it is left out.
   *
   * @param most how many runs are looked at, of those with memory and of those without
   */
  findLive(passes: (run: Run) => boolean, most: number): Run | undefined {
    const found = [this.#live.light, this.#live.heavy].flatMap((part) => {
      let looks = 0;
      for (const each of part) {
        if (each !== this.#kept && passes(each.run)) return each;
        if (++looks === most) break;
      }
      return [];
    });
    const [one, other] = found;
    return other && one && isBefore(other, one) ? other.run : one?.run;
  }

  /** Any waiting run. It leaves the line when it is granted or refused. */
  get any(): Run | undefined {
    const lanes = [this.#live.light, this.#live.heavy, this.#jobs.light, this.#jobs.heavy];
    return lanes.find(({ length }) => length > 0)?.first?.run;
  }

  /**
   * The run that starts next, if it can.
   *
   * @param free what is left; at least one slot
   */
  next(free: Needs): Run | undefined {
    // Nothing starts while slots are kept, so the memory is still there, too.
    const next = this.#kept ?? this.#nextInOrder(free.memoryBytes);
    if (!next || next.needs.slots <= free.slots) return next?.run;
    this.#kept = next;
    return undefined;
  }

  #nextInOrder(freeBytes: number): NumberedRun<Run> | undefined {
    const [live, waitingJob] = [this.#live.light.first, this.#jobs.light.first];
    const [run, job] = [this.#live.heavy.first, this.#jobs.heavy.first];
    const heavy = this.#nextHeavy(run, job);
    if (!heavy) return live ?? waitingJob;
    if (heavy.needs.memoryBytes > freeBytes) {
      if (!live) this.#claims = job;
      return live ?? waitingJob;
    }
    if (!run && live) return live;
    // A job that goes before a live run takes that run's place, so that no other run passes both.
    const [place, rival] = run ? [run, live] : [heavy, waitingJob];
    return rival && isBefore(rival, place) ? rival : heavy;
  }

  #nextHeavy(
    run: NumberedRun<Run> | undefined,
    job: NumberedRun<Run> | undefined,
  ): NumberedRun<Run> | undefined {
    if (!run || !job) return run ?? job;
    return job === this.#claims && job.number < run.number ? job : run;
  }
}

/** Of one lane. */
function isBefore(one: NumberedRun, other: NumberedRun): boolean {
  const turns = one.run.turn - other.run.turn;
  return turns < 0 || (turns === 0 && one.number < other.number);
}
