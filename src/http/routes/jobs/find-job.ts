import { AppError } from "../../../errors.ts";
import { type Found, isFinal } from "../../../jobs/job.ts";
import type { JobQueue } from "../../../jobs/queue.ts";
import type { HttpContext, Services } from "../../services.ts";

export type FoundJob = Extract<Found, { kind: "found" }>;

/** Longest wait that `Prefer: wait` gets. */
export const longestWaitSeconds = 60;

/** @throws AppError `jobs-off` */
export function requireQueue({ jobs }: Services): JobQueue {
  if (jobs) return jobs;
  const detail = "This server takes no jobs (--queue none). Start it with --queue sqlite:PATH.";
  throw new AppError("jobs-off", detail);
}

/** @throws AppError `not-found`, `job-gone` */
export function requireFound(id: string, found: Found): FoundJob {
  if (found.kind === "found") return found;
  if (found.kind === "gone") {
    const detail = `Job ${id} has ended, and was removed when --job-retention was over. Submit it again if you need the result.`;
    throw new AppError("job-gone", detail);
  }
  throw new AppError(
    "not-found",
    `There is no job ${JSON.stringify(id)}. GET /jobs lists the jobs.`,
  );
}

/**
 * Waits until the job has ended, the seconds are over, the client has gone, or this worker stops.
 *
 * @returns the seconds that were granted
 */
export async function waitForEnd(
  ctx: HttpContext,
  services: Services,
  id: string,
  seconds: number,
): Promise<number> {
  const granted = Math.min(seconds, longestWaitSeconds);
  const { promise, resolve } = Promise.withResolvers<void>();
  const stopWatching = requireQueue(services).watch(id, (found) => {
    if (found.kind !== "found" || isFinal(found.job.state)) resolve();
  });
  const callOff = services.clock.after(granted * 1000, resolve);
  ctx.res.once("close", resolve);
  const onStopping = () => resolve();
  services.stopping.addEventListener("abort", onStopping);
  if (services.stopping.aborted) resolve();
  await promise;
  callOff();
  stopWatching();
  ctx.res.off("close", resolve);
  services.stopping.removeEventListener("abort", onStopping);
  return granted;
}
