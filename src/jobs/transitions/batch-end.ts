/** The rules for the end of a batch. They are pure, and the same with every queue. */
import { type FinalState, finalStates } from "../job.ts";

/** How many jobs of a batch are in each final state now. */
export type EndedCounts = Readonly<Record<FinalState, number>>;

export const noneEnded: EndedCounts = { succeeded: 0, failed: 0, cancelled: 0, expired: 0 };

/** What the rules need to know of a batch. */
export interface BatchState {
  readonly total: number;
  readonly ended: EndedCounts;
  /** When its last job ended for the first time (ms since 1970); null before that. */
  readonly finishedAt: number | null;
}

export function countEnded(ended: EndedCounts): number {
  return finalStates.reduce((sum, state) => sum + ended[state], 0);
}

/**
 * Whether a batch ends with the change that led to these counts. It ends once: a job that is retried
 * by hand afterwards changes the counts, and nothing else.
 */
export function endsNow({ total, ended, finishedAt }: BatchState): boolean {
  return finishedAt === null && countEnded(ended) >= total;
}
