/** What is done to jobs of the model by hand. */
import type { Refusal } from "../../../../src/jobs/control.ts";
import type { BulkAction } from "../../../../src/jobs/transitions/by-hand.ts";
import type { Model } from "./model.ts";
import { isBlocked, isUnfinished, type ModelJob } from "./model-job.ts";

export function retryInModel(model: Model, job: ModelJob): "changed" | "unchanged" | Refusal {
  if (job.state === "running" || job.state === "succeeded") return "state";
  if (job.state === "gone") return "unchanged";
  if (job.state === "queued") {
    if (!job.isPausing || isBlocked(job) || job.runAt <= model.now) return "unchanged";
    job.runAt = model.now;
    return "changed";
  }
  if (!model.keys.hold(job)) return "unique";
  const again = { attempts: 0, losses: 0, runAt: model.now, cancelRequested: false };
  const isLate = job.startBefore !== null && job.startBefore <= model.now;
  const startBefore = isLate ? null : job.startBefore;
  const finishedAt = Number.POSITIVE_INFINITY;
  Object.assign(job, { ...again, state: "queued", startBefore, finishedAt, isPausing: false });
  return "changed";
}

/** What has ended is removed, all else is cancelled. */
export function removeInModel(model: Model, job: ModelJob): void {
  if (isUnfinished(job)) model.cancel(job);
  else job.state = "gone";
}

/** @returns why nothing was changed; null where it was */
export function changeInModel(
  model: Model,
  job: ModelJob,
  priority?: number,
  runAt?: number,
): Refusal | null {
  if (job.state === "gone") return null;
  if (job.state !== "queued") return "state";
  const planned = runAt === undefined ? undefined : Math.max(model.now, runAt);
  if (planned !== undefined && job.startBefore !== null && planned >= job.startBefore)
    return "start-before";
  job.priority = priority ?? job.priority;
  if (planned === undefined) return null;
  job.runAt = planned;
  job.isPausing = false;
  return null;
}

/** @returns how many are other jobs than before */
export function changeManyInModel(
  model: Model,
  action: BulkAction,
  states: readonly string[],
  limit: number,
): number {
  const newest = model.jobs.filter(({ state }) => states.includes(state)).reverse();
  const changed = newest.slice(0, limit).filter((job) => {
    if (action === "retry") return retryInModel(model, job) === "changed";
    const isNew = !job.cancelRequested || action === "remove";
    if (action === "remove") removeInModel(model, job);
    else if (isUnfinished(job)) model.cancel(job);
    return isNew;
  });
  return changed.length;
}
