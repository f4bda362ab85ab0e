import { Outbox } from "../../../channel/outbox.ts";
import { attemptKey } from "../../attempt-key.ts";
import type { Assignment, Found, JobFilter, JobPage, NewJob, Submitted } from "../../job.ts";
import { isFinal } from "../../job.ts";
import type { Consumption, JobConsumer, JobQueue } from "../../queue.ts";
import type { QueueStats } from "../../stats.ts";
import type {
  ClientMessage,
  ClientNote,
  HostMessage,
  HostNote,
  QueueRequest,
} from "../protocol.ts";
import { errorOf } from "../refusal.ts";

/** The embedded queue as a worker sees it: it asks the primary. */
export class EmbeddedQueue implements JobQueue {
  readonly #outbox: Outbox<ClientNote>;
  readonly #calls = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #watches = new Map<number, (found: Found) => void>();
  readonly #stops = new Map<string, AbortController>();
  readonly #underWay = new Set<Promise<void>>();
  #consumer: JobConsumer | undefined;
  #lastNumber = 0;
  #received = 0;

  /** @param send to the primary, which answers by `take` */
  constructor(send: (message: ClientMessage) => void) {
    this.#outbox = new Outbox((notes) => send({ type: "queue", notes }));
  }

  submit(jobs: readonly NewJob[]): Promise<readonly Submitted[]> {
    return this.#call({ op: "submit", jobs });
  }

  find(id: string, withResult = false): Promise<Found> {
    return this.#call({ op: "find", id, withResult });
  }

  list(filter: JobFilter): Promise<JobPage> {
    return this.#call({ op: "list", filter });
  }

  cancel(id: string): Promise<Found> {
    return this.#call({ op: "cancel", id });
  }

  stats(): Promise<QueueStats> {
    return this.#call({ op: "stats" });
  }

  watch(id: string, onChange: (found: Found) => void): () => void {
    const watch = ++this.#lastNumber;
    this.#watches.set(watch, onChange);
    this.#outbox.post({ kind: "watch", watch, id });
    return () => {
      if (this.#watches.delete(watch)) this.#outbox.post({ kind: "unwatch", watch });
    };
  }

  consume(consumer: JobConsumer): Consumption {
    if (this.#consumer) throw new Error("This worker runs jobs of this queue already");
    this.#consumer = consumer;
    let isStopped = false;
    const offer = (room: number) =>
      this.#outbox.post({ kind: "offer", room, received: this.#received });
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

  /** Takes what the primary says. */
  take({ notes }: HostMessage): void {
    for (const note of notes) this.#note(note);
  }

  #note(note: HostNote): void {
    switch (note.kind) {
      case "answer":
        this.#called(note.call)?.resolve(note.value);
        break;
      case "refusal":
        this.#called(note.call)?.reject(errorOf(note.refusal));
        break;
      case "news":
        this.#news(note.watch, note.found);
        break;
      case "assignment":
        this.#received++;
        this.#start(note.assignment);
        break;
      case "stop":
        this.#stops.get(attemptKey(note))?.abort(new Error("The job was cancelled"));
        break;
    }
  }

  #call<Value>(request: QueueRequest): Promise<Value> {
    const call = ++this.#lastNumber;
    const answer = Promise.withResolvers<unknown>();
    this.#calls.set(call, answer);
    this.#outbox.post({ kind: "call", call, request });
    return answer.promise as Promise<Value>;
  }

  #called(call: number): PromiseWithResolvers<unknown> | undefined {
    const waiting = this.#calls.get(call);
    this.#calls.delete(call);
    return waiting;
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

  /** The next job may come before the end of this one is on disk: that is the store's to keep. */
  async #run(assignment: Assignment): Promise<void> {
    const { id, token } = assignment;
    const key = attemptKey(assignment);
    const stop = new AbortController();
    this.#stops.set(key, stop);
    const onProgress = (progress: string) => {
      this.#outbox.post({ kind: "progress", id, token, progress });
      this.#outbox.flush(); // A run on the event loop keeps the next turn from coming.
    };
    const ending = await (this.#consumer?.run(assignment, stop.signal, onProgress) ??
      ({ kind: "handed-back" } as const));
    this.#stops.delete(key);
    // It is refused only where the queue has stopped for good, and then there is no one to tell.
    await this.#call({ op: "end", id, token, ending }).catch(() => {});
  }
}
