import { isFinal, type Job } from "../../../jobs/job.ts";
import type { StreamKind } from "../event-stream.ts";
import { writeJob } from "./representation.ts";

/** The events of one job: `state` for a new state, `progress` for a report of the task. */
export const jobEvents: StreamKind<Job> = {
  nameOf: (job, before) => (job.state === before?.state ? "progress" : "state"),
  write: (job) => writeJob(job, null),
  isLast: ({ state }) => isFinal(state),
  leastPauseMs: 0,
};
