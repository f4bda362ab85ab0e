import { totalMemoryBytes } from "./machine-memory.ts";

/** What runs may take of the machine's memory; the rest is for heaps, buffers and everybody else. */
const share = 0.5;

/**
 * Memory that the runs of one worker may take together: its part of half the machine's, or of what
 * the cgroup allows.
 */
export function memoryShareBytes(workers: number): number {
  return Math.floor((totalMemoryBytes() * share) / workers);
}
