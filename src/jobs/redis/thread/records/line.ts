import { maxPriority } from "../../../limits.ts";
import type { JobRecord } from "./record.ts";

/** The line of a task's own limit, or of a task that is paused. */
export function taskLine(task: string): string {
  return `task:${task}`;
}

export function groupLine(group: string): string {
  return `group:${group}`;
}

/** Numbers of jobs stay below this: with 2,001 priorities it makes whole doubles below 2^53. */
const mostSeq = 2 ** 42;

/** The place in a line: higher priorities first, then older jobs. */
export function rankOf({ priority, seq }: Pick<JobRecord, "priority" | "seq">): number {
  return (maxPriority - priority) * mostSeq + seq;
}
