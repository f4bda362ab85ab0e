import { type Found, isFinal } from "../../../jobs/job.ts";
import type { JobQueue } from "../../../jobs/queue.ts";
import type { HttpContext, Services } from "../../services.ts";
import { requireQueue, waitUntil } from "./find-job.ts";

/** How many jobs are watched, or read, at the same time. */
const atOnce = 100;

/** How many are read with their results at the same time: a result may be large. */
const atOnceWithResult = 10;

/** Most characters of results in one answer. The others are left out. */
export const mostResults = 1_000_000;

/**
 * Waits until all of these jobs have ended, the seconds are over, the client has gone, or this worker
 * stops.
 *
 * @returns the seconds that were granted
 */
export function waitForEnds(
  ctx: HttpContext,
  services: Services,
  ids: readonly string[],
  seconds: number,
): Promise<number> {
  const queue = requireQueue(services);
  return waitUntil(ctx, services, seconds, (isOver) => watchAll(queue, ids, isOver));
}

/** Each watch that is over makes room for the next one. @returns calls all of them off */
function watchAll(queue: JobQueue, ids: readonly string[], onAllEnded: () => void): () => void {
  const waiting = ids.values();
  const callOffs = new Set<() => void>();
  let left = ids.length;
  const watchNext = () => {
    const { value: id, done } = waiting.next();
    if (done) return;
    const callOff = queue.jobs.watch(id, (found) => {
      if (found.kind === "found" && !isFinal(found.job.state)) return;
      callOffs.delete(callOff);
      left--;
      if (left === 0) onAllEnded();
      else watchNext();
    });
    callOffs.add(callOff);
  };
  if (left === 0) onAllEnded();
  for (let count = 0; count < Math.min(atOnce, ids.length); count++) watchNext();
  return () => {
    for (const callOff of callOffs) callOff();
  };
}

/** A job as it is now; `isLeftOut`: it has a result, for which the answer has no room. */
export interface JobNow {
  readonly found: Found;
  readonly isLeftOut: boolean;
}

/** Reads many jobs, the first ones with their results, as far as these fit into one answer. */
export async function findMany(queue: JobQueue, ids: readonly string[]): Promise<JobNow[]> {
  const all: JobNow[] = [];
  let room = mostResults;
  while (all.length < ids.length) {
    const withResult = room > 0;
    const end = all.length + (withResult ? atOnceWithResult : atOnce);
    const chunk = ids.slice(all.length, end).map((id) => queue.jobs.find(id, withResult));
    for (const found of await Promise.all(chunk)) {
      if (found.kind !== "found") {
        all.push({ found, isLeftOut: false });
        continue;
      }
      const size = found.result?.length ?? 0;
      const isShown = withResult && size <= room;
      // After the first one that does not fit, none is shown: which ones are is easy to tell.
      room = isShown ? room - size : 0;
      const isLeftOut = !isShown && found.job.state === "succeeded";
      all.push({ found: isShown ? found : { ...found, result: null }, isLeftOut });
    }
  }
  return all;
}
