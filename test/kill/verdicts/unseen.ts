import { expect } from "vitest";
import type { ClientAttempt } from "./attempts.ts";

export interface Deaths {
  /** How often the whole server was killed. */
  readonly ofServer: number;
  /** How many runs at a time all of its workers carry out, and one of them. */
  readonly slots: number;
  readonly slotsPerWorker: number;
  /** How many attempts were cancelled, or handed back by a drain. */
  readonly stopped: number;
  /** With a whole server it is forgotten which of its attempts had started. */
  readonly forgetsStarts: boolean;
}

/** Whether an attempt was stopped: in a thread, by the end of the thread. */
export function isStopped({ outcome }: ClientAttempt): boolean {
  return outcome === "cancelled" || outcome === "handed-back";
}

/** A new thread may take some ms from the mark to the first line. Most runs take longer than that. */
const mostUnseenStops = 0.1;

/**
 * A worker or a thread marks a start just before the run, and the run writes its first line a moment
 * later. A kill in between leaves an attempt without evidence: at most one for each slot that was
 * killed. So does a stop that ends the thread. What only waited in a worker would be many more: that
 * it had not started is known from the marks, where these outlive the server.
 */
export function judgeUnseen(unseen: readonly ClientAttempt[], deaths: Deaths): void {
  const stopped = unseen.filter((attempt) => isStopped(attempt) && attempt.executor === "threads");
  expect(stopped.length).toBeLessThanOrEqual(1 + deaths.stopped * mostUnseenStops);
  const lost = unseen.filter((attempt) => !stopped.includes(attempt));
  expect(lost.filter(({ outcome }) => outcome !== "lost")).toEqual([]);
  const byProcess = Map.groupBy(lost, ({ pid }) => pid);
  for (const [pid, attempts] of byProcess) {
    if (pid === null && deaths.forgetsStarts) continue;
    const most = pid === null ? deaths.ofServer * deaths.slots : deaths.slotsPerWorker;
    expect(attempts.length, `lost attempts without evidence in ${pid}`).toBeLessThanOrEqual(most);
  }
}
