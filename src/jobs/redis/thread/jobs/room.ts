import { QueueBound } from "../../../figures/queue-bound.ts";
import type { QueueFull } from "../../../new-job.ts";
import type { Parts } from "../parts.ts";
import type { Change } from "../records/commit.ts";

/** How many jobs may wait, in all hosts together (`--max-queued`). */
export class Room {
  readonly #parts: Parts;
  readonly #bound: QueueBound;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#bound = new QueueBound(parts.maxQueued, parts.tally, () => parts.clock.steady());
  }

  /** The change is made only if there is room for so many more. @returns the number of the check */
  expect(change: Change, jobs: number): number {
    const { keys, maxQueued } = this.#parts;
    return change.expect("most", keys.state("queued"), maxQueued - jobs);
  }

  /** @param queued how many jobs wait @returns null if there is room for so many more */
  refusalOf(queued: number, jobs: number): QueueFull | null {
    this.#parts.tally.queued = queued;
    return this.#bound.refusalOf(jobs);
  }

  /** @param queued how many jobs waited when there was no room for one more */
  refuseOne(queued: number): QueueFull {
    const refusal = this.refusalOf(queued, 1);
    if (refusal) return refusal;
    throw new Error("The queue was full, and has room now");
  }
}
