import type { LineHeap } from "./line-heap.ts";

/** What decides a waiting job's turn, besides its age. */
export interface Place {
  readonly priority: number;
  /** Null: it is in the group of all jobs without a group. */
  readonly group: string | null;
  readonly task: string;
}

/** `open`: jobs that may run side by side with others. `held`: those in quarantine. */
export type Pool = "open" | "held";

/** The waiting jobs of one place and pool, as a number: which jobs they are is in the queue's file. */
export interface Line {
  readonly priority: number;
  readonly group: Group;
  readonly task: TaskLines;
  readonly pool: Pool;
  count: number;
  /**
   * What its heap knows of the group's `running` and `turn`. It may be less than they are: `first`
   * of the heap looks.
   */
  running: number;
  turn: number;
  /** Its index in its heap; -1 while it is in none. */
  at: number;
}

/** Jobs that share slots as one. */
export interface Group {
  readonly key: string | null;
  /** How many of its jobs may run at once; null for any number. */
  limit: number | null;
  running: number;
  waiting: number;
  /** Grows with each job of any group that starts: of two groups the lower one was served longer ago. */
  turn: number;
  readonly lines: Set<Line>;
  /** Those whose `running` is more than 0. */
  readonly raised: Set<Line>;
}

/** The lines of one task. */
export interface TaskLines {
  readonly name: string;
  running: number;
  waiting: number;
  /** The lines whose group has room. */
  readonly heaps: Readonly<Record<Pool, LineHeap>>;
}

/**
 * Whose turn is first: the higher priority, then the group with fewer running jobs, then the one that
 * was served longest ago. 0 only for lines of one group.
 */
export function compareLines(one: Line, other: Line): number {
  return (
    other.priority - one.priority ||
    one.group.running - other.group.running ||
    one.group.turn - other.group.turn
  );
}

export function isFull(group: Group): boolean {
  return group.limit !== null && group.running >= group.limit;
}
