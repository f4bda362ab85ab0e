import { Lane } from "./lane.ts";

/** `live` runs have a client waiting and go before `batch` runs (jobs). */
export type LaneName = "live" | "batch";

/** A waiting run. `grant` gives it a slot and its memory, `refuse` sends it away. */
export interface WaitingRun {
  readonly memoryBytes: number;
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
 * The order in which waiting runs start: live before batch, first come first served in each lane.
 * Runs that take memory have a line of their own. Only runs that take none may pass it.
 *
 * One exception keeps live runs from taking the memory again and again. A job that lacks only
 * memory, while there is a slot that no live run takes, goes before the live runs that take memory
 * and came after it.
 */
export class WaitingLine {
  readonly #live = new LaneByMemory();
  readonly #batch = new LaneByMemory();
  #come = 0;
  /** The job that lacked memory when there was a slot that no live run took; it may have left. */
  #claims: NumberedRun | undefined;

  get length(): number {
    return this.#live.length + this.#batch.length;
  }

  /** @returns a function that removes the run */
  push(lane: LaneName, { memoryBytes, grant, refuse }: WaitingRun): () => void {
    const parts = lane === "live" ? this.#live : this.#batch;
    const part = memoryBytes > 0 ? parts.heavy : parts.light;
    return part.push({ number: this.#come++, memoryBytes, grant, refuse });
  }

  /** Any waiting run. It leaves the line when it is granted or refused. */
  get any(): WaitingRun | undefined {
    const lanes = [this.#live.light, this.#live.heavy, this.#batch.light, this.#batch.heavy];
    return lanes.find(({ length }) => length > 0)?.first;
  }

  /** The run that starts next, if a slot is free. */
  next(freeBytes: number): WaitingRun | undefined {
    const [live, batch] = [this.#live.light.first, this.#batch.light.first];
    const [run, job] = [this.#live.heavy.first, this.#batch.heavy.first];
    const heavy = this.#nextHeavy(run, job);
    if (!heavy) return live ?? batch;
    if (heavy.memoryBytes > freeBytes) {
      if (!live) this.#claims = job;
      return live ?? batch;
    }
    if (!run && live) return live;
    // A job that goes before a live run takes that run's place, so that no other run passes both.
    const [place, rival] = run ? [run, live] : [heavy, batch];
    return rival && rival.number < place.number ? rival : heavy;
  }

  #nextHeavy(run: NumberedRun | undefined, job: NumberedRun | undefined): NumberedRun | undefined {
    if (!run || !job) return run ?? job;
    return job === this.#claims && job.number < run.number ? job : run;
  }
}
