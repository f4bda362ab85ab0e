import { AppError } from "../../../errors.ts";
import { type Found, isFinal } from "../../../jobs/job.ts";
import type { JobQueue } from "../../../jobs/queue.ts";
import type { HttpContext, Services } from "../../services.ts";

export type FoundJob = Extract<Found, { kind: "found" }>;

/** The longest that `Prefer: wait` is taken at its word, in seconds. */
export const longestWait = 60;

/** @throws AppError `jobs-off` */
export function requireQueue({ jobs }: Services): JobQueue {
  if (jobs) return jobs;
  const detail = "This server was started with --queue none. Start it with --queue sqlite:PATH.";
  throw new AppError("jobs-off", detail);
}

/** @throws AppError `not-found`, `job-gone` */
export function requireFound(id: string, found: Found): FoundJob {
  if (found.kind === "found") return found;
  if (found.kind === "gone") {
    const detail = `Job ${id} ended, and was removed after the time in --job-retention.`;
    throw new AppError("job-gone", detail);
  }
  throw new AppError(
    "not-found",
    `There is no job ${JSON.stringify(id)}. GET /jobs lists the jobs.`,
  );
}

/**
 * Waits for a job to end: for so long at most, and no longer than its client and this worker stay.
 *
 * @returns the seconds that were granted
 */
export async function waitForEnd(
  ctx: HttpContext,
  services: Services,
  id: string,
  seconds: number,
): Promise<number> {
  const granted = Math.min(seconds, longestWait);
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
