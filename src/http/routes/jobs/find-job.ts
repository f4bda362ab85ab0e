import { AppError } from "../../../errors.ts";
import { type Found, isFinal } from "../../../jobs/job.ts";
import type { JobQueue } from "../../../jobs/queue.ts";
import type { HttpContext, JobServices } from "../../services.ts";

export type FoundJob = Extract<Found, { kind: "found" }>;

/** Longest wait that `Prefer: wait` gets. */
export const longestWaitSeconds = 60;

/** @throws AppError `jobs-off` */
export function requireQueue({ jobs }: JobServices): JobQueue {
  if (jobs) return jobs;
  const detail = "This server takes no jobs (--queue none). Start it with --queue sqlite:PATH.";
  throw new AppError("jobs-off", detail);
}

/** @throws AppError `not-found`, `job-gone` */
export function requireFound(id: string, found: Found): FoundJob {
  if (found.kind === "found") return found;
  throw explainNotFound(id, found.kind);
}

export function explainNotFound(id: string, kind: "gone" | "unknown"): AppError {
  if (kind === "gone") {
    const detail = `Job ${id} has ended and was removed: by a client, or when --job-retention was over. Submit it again if you need the result.`;
    return new AppError("job-gone", detail);
  }
  const detail = `There is no job ${JSON.stringify(id)}. GET /jobs lists the jobs.`;
  return new AppError("not-found", detail);
}

/**
 * Waits until the job has ended, the seconds are over, the client has gone, or this worker stops.
 *
 * @returns the seconds that were granted
 */
export function waitForEnd(
  ctx: HttpContext,
  services: JobServices,
  id: string,
  seconds: number,
): Promise<number> {
  return waitUntil(ctx, services, seconds, (isOver) =>
    requireQueue(services).jobs.watch(id, (found) => {
      if (found.kind !== "found" || isFinal(found.job.state)) isOver();
    }),
  );
}

/**
 * Waits until a watch says that it is over, the seconds are over, the client has gone, or this worker
 * stops.
 *
 * @param watch starts the watch, and returns what calls it off
 * @returns the seconds that were granted
 */
export async function waitUntil(
  ctx: HttpContext,
  services: JobServices,
  seconds: number,
  watch: (isOver: () => void) => () => void,
): Promise<number> {
  const granted = Math.min(seconds, longestWaitSeconds);
  const { promise, resolve } = Promise.withResolvers<void>();
  const isOver = () => resolve();
  const stopWatching = watch(isOver);
  const callOff = services.clock.after(granted * 1000, isOver);
  ctx.res.once("close", isOver);
  services.stopping.addEventListener("abort", isOver);
  if (services.stopping.aborted) isOver();
  await promise;
  callOff();
  stopWatching();
  ctx.res.off("close", isOver);
  services.stopping.removeEventListener("abort", isOver);
  return granted;
}
