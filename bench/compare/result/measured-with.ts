/** What of a comparison is measured with tasks of the server's own, whatever task it is about: pure. */
import type { BenchResult } from "./bench-result.ts";

/**
 * Of the crossover, in words: it needs one task in many lengths, and one with inputs of many sizes.
 * Null where it is about the task that it was measured with.
 */
export function describeCrossoverTasks({ work }: Pick<BenchResult, "work">): string | null {
  return work.task === "hash"
    ? null
    : `Measured with the tasks hash and json on this machine, not with ${work.task}`;
}
