import { Channel } from "../../../channel/channel.ts";
import type { Envelope, SendEnvelope } from "../../../channel/envelope.ts";
import { attemptKey } from "../../attempt-key.ts";
import type { Assignment, Found, JobFilter, JobPage, NewJob, Submitted } from "../../job.ts";
import { isFinal } from "../../job.ts";
import type { Consumption, JobConsumer, JobQueue } from "../../queue.ts";
import type { QueueStats } from "../../stats.ts";
import { embeddedName } from "../settings.ts";
import { type QueueSide, queueSide, type WorkerSide, workerSide } from "../worker-contract.ts";

/** The worker's end of the embedded queue: it asks the host in the primary. */
export class EmbeddedQueue implements JobQueue {
  readonly #channel: Channel<WorkerSide, QueueSide>;
  readonly #watches = new Map<number, (found: Found) => void>();
  readonly #stops = new Map<string, AbortController>();
  readonly #underWay = new Set<Promise<void>>();
  #consumer: JobConsumer | undefined;
  #lastWatch = 0;
  /** How many assignments have arrived. */
  #received = 0;

  /** @param send sends to the primary; what the primary sends goes to `take` */
  constructor(send: SendEnvelope) {
    this.#channel = new Channel({
      service: embeddedName,
      mine: workerSide,
      theirs: queueSide,
      send,
      calls: {},
      notes: {
        news: ({ watch, found }) => this.#news(watch, found),
        assignment: ({ assignment }) => {
          this.#received++;
          this.#start(assignment);
        },
        stop: (attempt) =>
          this.#stops.get(attemptKey(attempt))?.abort(new Error("The job was cancelled")),
      },
    });
  }

  submit(jobs: readonly NewJob[]): Promise<readonly Submitted[]> {
    return this.#channel.call("submit", { jobs });
  }

  find(id: string, withResult = false): Promise<Found> {
    return this.#channel.call("find", { id, withResult });
  }

  list(filter: JobFilter): Promise<JobPage> {
    return this.#channel.call("list", { filter });
  }

  cancel(id: string): Promise<Found> {
    return this.#channel.call("cancel", { id });
  }

  stats(): Promise<QueueStats> {
    return this.#channel.call("stats", {});
  }

  watch(id: string, onChange: (found: Found) => void): () => void {
    const watch = ++this.#lastWatch;
    this.#watches.set(watch, onChange);
    this.#channel.note("watch", { watch, id });
    return () => {
      if (this.#watches.delete(watch)) this.#channel.note("unwatch", { watch });
    };
  }

  consume(consumer: JobConsumer): Consumption {
    if (this.#consumer) throw new Error("This worker runs jobs of this queue already");
    this.#consumer = consumer;
    let isStopped = false;
    const offer = (room: number) => this.#channel.note("offer", { room, received: this.#received });
    return {
      offer: (room) => {
        if (!isStopped) offer(room);
      },
      stop: async () => {
        isStopped = true;
        this.#consumer = undefined;
        offer(0);
        while (this.#underWay.size > 0) await Promise.all(this.#underWay);
      },
    };
  }

  take(envelope: Envelope): void {
    this.#channel.take(envelope);
  }

  #news(watch: number, found: Found): void {
    const onChange = this.#watches.get(watch);
    if (found.kind !== "found" || isFinal(found.job.state)) this.#watches.delete(watch);
    onChange?.(found);
  }

  #start(assignment: Assignment): void {
    const run = this.#run(assignment).finally(() => this.#underWay.delete(run));
    this.#underWay.add(run);
  }

  /** The next job can arrive before this end is on disk; the store keeps the order. */
  async #run(assignment: Assignment): Promise<void> {
    const { id, token } = assignment;
    const key = attemptKey(assignment);
    const stop = new AbortController();
    this.#stops.set(key, stop);
    const onProgress = (progress: string) => {
      this.#channel.note("progress", { id, token, progress });
      this.#channel.flush(); // A run on the event loop holds up the next turn.
    };
    const ending = await (this.#consumer?.run(assignment, stop.signal, onProgress) ??
      ({ kind: "handed-back" } as const));
    this.#stops.delete(key);
    // Refused only where the queue has stopped for good: then nobody is left to tell.
    await this.#channel.call("end", { id, token, ending }).catch(() => {});
  }
}
