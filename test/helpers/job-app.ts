import type { RequestListener } from "node:http";
import { systemClock } from "../../src/clock.ts";
import { Dispatcher } from "../../src/compute/dispatcher.ts";
import { createApp } from "../../src/http/app.ts";
import type { Services } from "../../src/http/services.ts";
import { Consumer } from "../../src/jobs/consumer.ts";
import type { Job } from "../../src/jobs/job.ts";
import type { Consumption, JobQueue } from "../../src/jobs/queue.ts";
import { QueueOnFile } from "./embedded-queue.ts";
import { testServices } from "./services.ts";

/** The app of a worker with a queue on a file; it runs jobs once it is told to. */
export class JobApp implements AsyncDisposable {
  readonly services: ReturnType<typeof testServices>;
  readonly listener: RequestListener;
  readonly queue: JobQueue;
  readonly #file: QueueOnFile;

  private constructor(file: QueueOnFile, overrides: Partial<Services>) {
    this.#file = file;
    this.queue = file.worker().queue;
    this.services = testServices({ jobs: this.queue, ...overrides });
    this.listener = createApp(this.services).callback();
  }

  static async open(
    overrides: Partial<Services> = {},
    retentionMs?: number,
    maxQueued?: number,
  ): Promise<JobApp> {
    return new JobApp(await QueueOnFile.open(retentionMs, null, maxQueued), overrides);
  }

  /** The app of another worker on the same queue. */
  another(): RequestListener {
    return createApp({ ...this.services, jobs: this.#file.worker().queue }).callback();
  }

  /** From now on this worker runs jobs, one at a time. */
  run(resultLimitBytes = 1000): void {
    let consumption: Consumption | undefined;
    const { tasks, executors, telemetry, exposeErrors } = this.services;
    const dispatcher = new Dispatcher({
      slots: 1,
      maxPending: 10,
      queueTimeoutMs: 10_000,
      runTimeoutMs: 10_000,
      hangTimeoutMs: 10_000,
      clock: systemClock,
      telemetry: this.services.telemetry,
      onRoom: (room) => consumption?.offer(room),
    });
    const consumer = new Consumer({
      ...{ tasks, dispatcher, resultLimitBytes, telemetry, exposeErrors },
      readBody: (id, of) => this.queue.jobs.readBody(id, of),
      executors: [...executors.values()],
    });
    consumption = this.queue.consume(consumer);
    consumption.offer(dispatcher.room);
  }

  /** Resolves with the job when it has ended. */
  ended(id: string): Promise<Job> {
    const { promise, resolve } = Promise.withResolvers<Job>();
    this.queue.jobs.watch(id, (found) => {
      if (found.kind === "found" && found.job.finishedAt !== null) resolve(found.job);
    });
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
  }
}
