import type { Job } from "../../src/jobs/job.ts";
import type { JobQueue } from "../../src/jobs/queue.ts";

/** Resolves with the job when it is as wished. */
export function becomes(queue: JobQueue, id: string, wished: (job: Job) => boolean): Promise<Job> {
  const { promise, resolve } = Promise.withResolvers<Job>();
  const callOff = queue.jobs.watch(id, (now) => {
    if (now.kind === "found" && wished(now.job)) resolve(now.job);
  });
  return promise.finally(() => callOff());
}
