import type { SentBytes } from "../../channel/pieces.ts";
import { Stop } from "../../stop.ts";
import type { Ending } from "../assignment.ts";
import type { AssignedJob, Attempt } from "../messages/commands.ts";
import type { ToldEnd } from "../messages/worker-contract.ts";
import type { JobConsumer } from "../queue.ts";
import { Ends } from "./ends.ts";
import { type AttemptTold, hearAttempt } from "./hear-attempt.ts";
import { markEnd } from "./mark-end.ts";

/** A job that has waited for this long here goes back: the runs before it are longer than expected. */
const longestWaitMs = 20;

export interface AssignedJobsOptions extends AttemptTold {
  readonly tellCapacity: (capacity: number) => void;
  readonly tellEnds: (number: number, ends: readonly ToldEnd[]) => void;
  /** Sends the bytes of a result. */
  readonly sendBytes: (bytes: Uint8Array) => Promise<SentBytes>;
}

interface Running {
  readonly job: AssignedJob;
  readonly stop: Stop;
}

/**
 * The jobs that are with this worker. Short ones wait here for a slot, so that the next starts the
 * moment when one ends. What cannot start soon goes back.
 */
export class AssignedJobs {
  readonly #options: AssignedJobsOptions;
  readonly #running = new Map<string, Running>();
  readonly #ends: Ends;
  #waiting: AssignedJob[] = [];
  #consumer: JobConsumer | undefined;
  #room = 0;
  /** Runs that may be long. */
  #longRuns = 0;
  #toldCapacity: number | undefined;
  #tellsSoon = false;
  #waitsSince = 0;
  #timer: NodeJS.Timeout | undefined;
  #isIdle = Promise.withResolvers<void>();

  constructor(options: AssignedJobsOptions) {
    this.#options = options;
    this.#ends = new Ends((number, ends) => {
      options.tellEnds(number, ends);
      this.#tellCapacity();
      options.flush();
    });
  }

  consume(consumer: JobConsumer): void {
    this.#consumer = consumer;
    if (!this.#options.marks) this.#options.tellUnmarked();
  }

  /** @param room how many more jobs would start at once */
  offer(room: number): void {
    this.#room = room;
    this.#startNext();
    this.#tellSoon();
  }

  take(job: AssignedJob): void {
    if (!this.#consumer) this.#handBack([job]);
    else if (job.isAhead && this.#room <= 0) this.#wait(job);
    else this.#start(job, this.#consumer);
  }

  /** The client wants this attempt to end. */
  cancel({ id, token }: Attempt): void {
    const running = this.#running.get(id);
    if (running?.job.token === token) running.stop.abort(new Error("The job was cancelled"));
    const index = this.#waiting.findIndex((job) => job.id === id && job.token === token);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    this.#ends.add({ id, token, ending: { kind: "cancelled" } });
    this.#ends.flush();
  }

  kept(number: number): void {
    this.#ends.kept(number);
  }

  /** Hands back what waits. */
  giveBack(): void {
    if (this.#waiting.length > 0) this.#handBack(this.#waiting.splice(0));
  }

  /** Takes no more jobs. Resolves when those under way have ended and that is on disk. */
  async stop(): Promise<void> {
    this.#consumer = undefined;
    this.giveBack();
    this.#tellCapacity();
    this.#options.flush();
    while (this.#running.size > 0) {
      this.#isIdle = Promise.withResolvers();
      await this.#isIdle.promise;
    }
    await this.#ends.allKept();
  }

  #handBack(jobs: readonly AssignedJob[]): void {
    const ending = { kind: "handed-back" } as const;
    for (const { id, token } of jobs) this.#ends.add({ id, token, ending });
    this.#ends.flush();
  }

  #wait(job: AssignedJob): void {
    if (this.#waiting.length === 0) this.#waitsSince = performance.now();
    this.#waiting.push(job);
    this.#timer ??= setTimeout(() => this.#checkWait(), longestWaitMs);
  }

  #checkWait(): void {
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const leftMs = this.#waitsSince + longestWaitMs - performance.now();
    if (leftMs > 0) this.#timer = setTimeout(() => this.#checkWait(), leftMs);
    else this.giveBack();
  }

  #startNext(): void {
    while (this.#consumer && this.#room > 0 && this.#waiting.length > 0) {
      this.#waitsSince = performance.now();
      this.#start(this.#waiting.shift() as AssignedJob, this.#consumer);
    }
  }

  #start(job: AssignedJob, consumer: JobConsumer): void {
    const running = { job, stop: new Stop() };
    this.#running.set(job.id, running);
    this.#room--; // The consumer may offer again before it returns.
    if (!job.isShort) {
      this.#longRuns++;
      this.#ends.flush(); // They must not wait for a run that holds the event loop.
    }
    void consumer
      .run(job, running.stop, hearAttempt(job, this.#options))
      .then((ending) => this.#returned(running, ending));
  }

  /** The bytes of a result leave first. Until then, the job counts as running. */
  #returned(running: Running, ending: Ending): void {
    if (ending.kind !== "succeeded" || !ending.body) {
      this.#ended(running, ending);
      return;
    }
    const { body, ...rest } = ending;
    const { sendBytes } = this.#options;
    // It fails only where the primary is gone. Then this process ends.
    sendBytes(body).then(
      (sent) => this.#ended(running, rest, sent),
      () => {},
    );
  }

  #ended({ job }: Running, ending: Ending, body?: SentBytes): void {
    const { id, token } = job;
    const told = markEnd(this.#options.marks, job, ending);
    this.#running.delete(id);
    if (!job.isShort) this.#longRuns--;
    this.#ends.add({ id, token, ending: told, ...(body && { body }) });
    // What still waits does not get the slot: runs of clients have it.
    if (this.#running.size === 0 && this.#waiting.length > 0) this.giveBack();
    if (this.#running.size === 0 || this.#longRuns > 0) this.#ends.flush();
    if (this.#running.size === 0) this.#isIdle.resolve();
  }

  /** At the end of this turn, if it is still another one then. */
  #tellSoon(): void {
    if (this.#tellsSoon || this.#capacity === this.#toldCapacity) return;
    this.#tellsSoon = true;
    setImmediate(() => {
      this.#tellsSoon = false;
      this.#tellCapacity();
      this.#options.flush();
    });
  }

  #tellCapacity(): void {
    const capacity = this.#capacity;
    if (capacity === this.#toldCapacity) return;
    this.#toldCapacity = capacity;
    this.#options.tellCapacity(capacity);
  }

  /** How many jobs it could run side by side now. */
  get #capacity(): number {
    return this.#consumer ? Math.max(0, this.#room) + this.#running.size : 0;
  }
}
