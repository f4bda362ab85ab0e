import type { JobWorker } from "./job-worker.ts";

/** The worker with the most room; undefined where none has any. */
export function findEmptiest(workers: Iterable<JobWorker>): JobWorker | undefined {
  let best: JobWorker | undefined;
  for (const worker of workers) {
    if (worker.room > Math.max(0, best?.room ?? 0)) best = worker;
  }
  return best;
}

/** The worker in which a short job waits least; undefined where it may wait in none. */
export function findSoonest(
  workers: Iterable<JobWorker>,
  expectedMs: number,
  now: number,
): JobWorker | undefined {
  let best: JobWorker | undefined;
  for (const worker of workers) {
    if (best && worker.waiting >= best.waiting) continue;
    if (worker.letsWait(expectedMs, now)) best = worker;
  }
  return best;
}
