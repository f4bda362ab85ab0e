import type { Channel } from "../../channel/channel.ts";
import type { SentBytes } from "../../channel/pieces.ts";
import { AppError } from "../../errors.ts";
import { type Found, isFinal, type JobListing, type JobPage } from "../job.ts";
import { maxBodyBytes } from "../limits.ts";
import { toSentJob, toSubmitted } from "../messages/submission.ts";
import type { QueueSide, WorkerSide } from "../messages/worker-contract.ts";
import type { NewJob, Submitted } from "../new-job.ts";
import type { BodyOf, FoundAttempts, Jobs } from "../queue.ts";
import type { QueueStats } from "../stats.ts";

/** Jobs at the worker's end of the queue. */
export class JobsOverChannel implements Jobs {
  readonly #channel: Channel<WorkerSide, QueueSide>;
  readonly #watches = new Map<number, (found: Found) => void>();
  #lastWatch = 0;

  constructor(channel: Channel<WorkerSide, QueueSide>) {
    this.#channel = channel;
  }

  async submit(jobs: readonly NewJob[]): Promise<readonly Submitted[]> {
    const bodies = new Map<NewJob, SentBytes>();
    for (const job of jobs) if (job.body) bodies.set(job, await this.#sendBody(job.body));
    const sent = jobs.map((job) => toSentJob(job, bodies.get(job)));
    const answers = await this.#channel.call("submit", { jobs: sent });
    return answers.map((answer, index) => toSubmitted(jobs[index] as NewJob, answer));
  }

  find(id: string, withResult = false): Promise<Found> {
    return this.#channel.call("find", { id, withResult });
  }

  readInput(id: string): Promise<string | null> {
    return this.#channel.call("input", { id });
  }

  async readBody(id: string, of: BodyOf): Promise<Uint8Array | null> {
    return (await this.#channel.call("body", { id, of })).bytes;
  }

  attempts(id: string): Promise<FoundAttempts> {
    return this.#channel.call("attempts", { id });
  }

  list(listing: JobListing): Promise<JobPage> {
    return this.#channel.call("list", { listing });
  }

  watch(id: string, onChange: (found: Found) => void): () => void {
    const watch = ++this.#lastWatch;
    this.#watches.set(watch, onChange);
    this.#channel.note("watch", { watch, id });
    return () => {
      if (this.#watches.delete(watch)) this.#channel.note("unwatch", { watch });
    };
  }

  stats(): Promise<QueueStats> {
    return this.#channel.call("stats", {});
  }

  #sendBody(body: Uint8Array): Promise<SentBytes> {
    if (body.length <= maxBodyBytes) return this.#channel.sendBytes(body);
    const detail = `The body is larger than ${maxBodyBytes} bytes, the most that is kept for a job. Run it without Prefer: respond-async.`;
    throw new AppError("body-too-large", detail);
  }

  /** A watched job changed. */
  news(watch: number, found: Found): void {
    const onChange = this.#watches.get(watch);
    if (found.kind !== "found" || isFinal(found.job.state)) this.#watches.delete(watch);
    onChange?.(found);
  }
}
