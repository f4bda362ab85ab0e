import type { StopSignal } from "../stop.ts";
import type { Task } from "../tasks/task.ts";
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
}

/** A waiting run. `grant` gives it its slots and its memory, `refuse` sends it away. */
export interface WaitingRun {
  readonly needs: Needs;
  grant(): void;
  refuse(reason: unknown): void;
}

interface NumberedRun extends WaitingRun {
  /** The order of arrival. */
  readonly number: number;
}

/** A lane in two parts, each first in, first out: runs without memory, and runs with. */
class LaneByMemory {
  readonly light = new Lane<NumberedRun>();
  readonly heavy = new Lane<NumberedRun>();

  get length(): number {
    return this.light.length + this.heavy.length;
  }
}

/**
 * The order in which waiting runs start: live runs before jobs, first come first served in each lane.
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
export class WaitingLine {
  readonly #live = new LaneByMemory();
  readonly #jobs = new LaneByMemory();
  #come = 0;
  /** The job that lacked memory when there was a slot that no live run took; it may have left. */
  #claims: NumberedRun | undefined;
  /** The run that the free slots are kept for. */
  #kept: NumberedRun | undefined;

  get length(): number {
    return this.#live.length + this.#jobs.length;
  }

  /** Whether the free slots are kept for a run that needs more of them. */
  get keepsSlots(): boolean {
    return this.#kept !== undefined;
  }

  /** @returns a function that removes the run */
  push(lane: LaneName, { needs, grant, refuse }: WaitingRun): () => void {
    const parts = lane === "live" ? this.#live : this.#jobs;
    const part = needs.memoryBytes > 0 ? parts.heavy : parts.light;
    const run = { number: this.#come++, needs, grant, refuse };
    const remove = part.push(run);
    return () => {
      remove();
      if (this.#kept === run) this.#kept = undefined;
    };
  }

  /** Any waiting run. It leaves the line when it is granted or refused. */
  get any(): WaitingRun | undefined {
    const lanes = [this.#live.light, this.#live.heavy, this.#jobs.light, this.#jobs.heavy];
    return lanes.find(({ length }) => length > 0)?.first;
  }

  /**
   * The run that starts next, if it can.
   *
   * @param free what is left; at least one slot
   */
  next(free: Needs): WaitingRun | undefined {
    // Nothing starts while slots are kept, so the memory is still there, too.
    const run = this.#kept ?? this.#nextInOrder(free.memoryBytes);
    if (!run || run.needs.slots <= free.slots) return run;
    this.#kept = run;
    return undefined;
  }

  #nextInOrder(freeBytes: number): NumberedRun | undefined {
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
    return rival && rival.number < place.number ? rival : heavy;
  }

  #nextHeavy(run: NumberedRun | undefined, job: NumberedRun | undefined): NumberedRun | undefined {
    if (!run || !job) return run ?? job;
    return job === this.#claims && job.number < run.number ? job : run;
  }
}
