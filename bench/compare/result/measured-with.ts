/** Notes which part of a comparison is measured with built-in tasks, whatever the task. Pure. */
import type { BenchResult } from "./bench-result.ts";

/**
 * A note for the crossover, which needs one task at many lengths, and one with inputs of many
 * sizes. Null if the task is hash itself.
 */
export function describeCrossoverTasks({ work }: Pick<BenchResult, "work">): string | null {
  return work.task === "hash"
    ? null
    : `Measured with the tasks hash and json on this machine, not with ${work.task}`;
}
