import type { Assignment, Ending } from "../../src/jobs/assignment.ts";
import { type NewJob, plainParts } from "../../src/jobs/new-job.ts";
import type { Consumption, JobConsumer, JobQueue } from "../../src/jobs/queue.ts";
import type { StopSignal } from "../../src/stop.ts";

/** A queue under test: one store, and workers of it that come and are lost. */
export interface QueueUnderTest extends AsyncDisposable {
  /**
   * A worker's view of the queue.
   *
   * @param number of its place
   */
  worker(number?: number): { readonly queue: JobQueue; lose(): void };
}

export interface QueueOptions {
  readonly retentionMs: number;
}

export const plainJob: NewJob = {
  ...plainParts,
  task: "double",
  input: '{"value":1}',
  priority: 0,
  runAt: null,
  maxAttempts: 3,
  timeoutMs: 60_000,
  backoffMs: 0,
};

/** Runs what it is assigned when the test says so. */
export class Hands {
  readonly started: Assignment[] = [];
  readonly signals = new Map<number, StopSignal>();
  readonly progress = new Map<number, (progress: string) => void>();
  readonly checkpoints = new Map<number, (checkpoint: string) => void>();
  readonly consumption: Consumption;
  readonly #ends: ((ending: Ending) => void)[] = [];
  #news = Promise.withResolvers<void>();

  constructor(queue: JobQueue, room: number, more: Pick<JobConsumer, "limits"> = {}) {
    this.consumption = queue.consume({
      ...more,
      run: (assignment, signal, { onProgress, onCheckpoint, onStart }) => {
        onStart();
        const index = this.started.push(assignment) - 1;
        this.signals.set(index, signal);
        this.progress.set(index, onProgress);
        this.checkpoints.set(index, onCheckpoint);
        const { promise, resolve } = Promise.withResolvers<Ending>();
        this.#ends.push(resolve);
        this.#news.resolve();
        return promise;
      },
    });
    this.consumption.offer(room);
  }

  /** Resolves when so many runs have been started, ever. */
  async has(count: number): Promise<void> {
    while (this.started.length < count) {
      this.#news = Promise.withResolvers();
      await this.#news.promise;
    }
  }

  end(index: number, ending: Ending): void {
    this.#ends[index]?.(ending);
  }
}

/** Runs so many jobs, one after the other. @returns the inputs, in the order of the starts */
export async function runAll(queue: JobQueue, count: number): Promise<string[]> {
  const hands = new Hands(queue, 1);
  for (let at = 0; at < count; at++) {
    await hands.has(at + 1);
    hands.end(at, { kind: "succeeded", result: "1" });
    hands.consumption.offer(1);
  }
  return hands.started.map(({ input }) => input);
}
