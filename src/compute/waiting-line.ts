import { Lane } from "./lane.ts";

/** `live` runs have a client waiting and go before `batch` runs (jobs). */
export type LaneName = "live" | "batch";

/** A run that waits: `grant` hands it a slot and its memory, `refuse` sends it away. */
export interface Waiting {
  readonly memoryBytes: number;
  grant(): void;
  refuse(reason: unknown): void;
}

interface Placed extends Waiting {
  /** In the order of their coming. */
  readonly number: number;
}

/** A lane in two parts, each first in, first out: runs that take no memory, and those that do. */
class Parts {
  readonly light = new Lane<Placed>();
  readonly heavy = new Lane<Placed>();

  get length(): number {
    return this.light.length + this.heavy.length;
  }
}

/**
 * The order of those that wait. Live goes before batch, and first come first; but memory has a line
 * of its own. What waits for it is passed by runs that take none, and by no other. A job that waits
 * for memory while there are slots goes before the live runs that take memory and came after it:
 * else they could take it again and again.
 */
export class WaitingLine {
  readonly #live = new Parts();
  readonly #batch = new Parts();
  #come = 0;
  /** The job that has waited for memory while there were slots; it may have left. */
  #claims: Placed | undefined;

  get length(): number {
    return this.#live.length + this.#batch.length;
  }

  /** @returns what gives the place up */
  push(lane: LaneName, { memoryBytes, grant, refuse }: Waiting): () => void {
    const parts = lane === "live" ? this.#live : this.#batch;
    const part = memoryBytes > 0 ? parts.heavy : parts.light;
    return part.push({ number: this.#come++, memoryBytes, grant, refuse }).leave;
  }

  /** Any of them; it is in its lane until it is granted or refused. */
  get any(): Waiting | undefined {
    const lanes = [this.#live.light, this.#live.heavy, this.#batch.light, this.#batch.heavy];
    return lanes.find(({ length }) => length > 0)?.first;
  }

  /** What starts next, where a slot is free. */
  next(freeBytes: number): Waiting | undefined {
    const [live, batch] = [this.#live.light.first, this.#batch.light.first];
    const [run, job] = [this.#live.heavy.first, this.#batch.heavy.first];
    const heavy = this.#nextHeavy(run, job);
    if (!heavy) return live ?? batch;
    if (heavy.memoryBytes > freeBytes) {
      this.#claims = job;
      return live ?? batch;
    }
    if (!run && live) return live;
    // A job that goes before a live run goes in that run's place, so that none passes both.
    const [place, rival] = run ? [run, live] : [heavy, batch];
    return rival && rival.number < place.number ? rival : heavy;
  }

  #nextHeavy(run: Placed | undefined, job: Placed | undefined): Placed | undefined {
    if (!run || !job) return run ?? job;
    return job === this.#claims && job.number < run.number ? job : run;
  }
}
