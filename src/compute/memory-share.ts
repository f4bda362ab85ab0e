import { totalMemoryBytes } from "./machine-memory.ts";

/**
 * Share of the machine's memory that runs may take. The rest is for heaps, buffers and other
 * programs.
 */
const share = 0.5;

/**
 * Memory that the runs of one worker may take together: its part of half the machine's memory, or
 * of half the cgroup's limit.
 */
export function memoryShareBytes(workers: number): number {
  return Math.floor((totalMemoryBytes() * share) / workers);
}
