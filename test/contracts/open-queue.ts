import { afterEach, beforeEach } from "vitest";
import type { Job } from "../../src/jobs/job.ts";
import type { NewJob, Submitted } from "../../src/jobs/new-job.ts";
import type { JobQueue } from "../../src/jobs/queue.ts";
import { becomes } from "./becomes.ts";
import { plainJob, type QueueOptions, type QueueUnderTest } from "./queue-under-test.ts";

/** Opens the implementation that a contract suite tests. */
export type OpenQueue = (options: QueueOptions) => Promise<QueueUnderTest>;

/** The queue that is open in a test, as one of its workers sees it, and what every suite asks of it. */
export interface OpenedQueue extends JobQueue {
  /** One more worker. */
  readonly worker: QueueUnderTest["worker"];
  readonly submit: (jobs: readonly Partial<NewJob>[]) => Promise<readonly Submitted[]>;
  /** Submits a job that is to be accepted. */
  readonly accepted: (job?: Partial<NewJob>) => Promise<Job>;
  readonly find: (id: string) => Promise<Job>;
  /** Resolves with the job when it is in this state. */
  readonly reaches: (id: string, state: Job["state"]) => Promise<Job>;
}

/** Opens a queue before each test of a suite, and closes it after. */
export function openForEachTest(open: OpenQueue): OpenedQueue {
  let under: QueueUnderTest;
  let queue: JobQueue;
  beforeEach(async () => {
    under = await open({ retentionMs: 3_600_000 });
    queue = under.worker().queue;
  });
  afterEach(() => under[Symbol.asyncDispose]());

  const opened: OpenedQueue = {
    get jobs() {
      return queue.jobs;
    },
    get control() {
      return queue.control;
    },
    get batches() {
      return queue.batches;
    },
    get schedules() {
      return queue.schedules;
    },
    get deliveries() {
      return queue.deliveries;
    },
    get isReachable() {
      return queue.isReachable;
    },
    consume: (consumer) => queue.consume(consumer),
    worker: (number) => under.worker(number),
    submit: (jobs) => queue.jobs.submit(jobs.map((job) => ({ ...plainJob, ...job }))),
    accepted: async (job = {}) => acceptedOf((await opened.submit([job]))[0]),
    find: async (id) => {
      const found = await queue.jobs.find(id);
      if (found.kind !== "found") throw new Error(`The job is ${found.kind}`);
      return found.job;
    },
    reaches: (id, state) => becomes(queue, id, (job) => job.state === state),
  };
  return opened;
}

function acceptedOf(submitted: Submitted | undefined): Job {
  if (submitted?.kind !== "accepted") throw new Error(JSON.stringify(submitted));
  return submitted.job;
}
