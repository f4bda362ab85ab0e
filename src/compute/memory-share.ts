import { totalmem } from "node:os";

/** What runs may take of the machine's memory; the rest is for heaps, buffers and everybody else. */
const share = 0.5;

/**
 * Memory that the runs of one worker may take together: its part of half the machine's, or of what
 * the cgroup allows.
 */
export function memoryShareBytes(workers: number): number {
  const limit = process.constrainedMemory(); // 0, or more than there is, where there is no limit.
  const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return Math.floor((total * share) / workers);
}
