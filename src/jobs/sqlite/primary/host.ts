import type { Logger } from "pino";
import { Outbox } from "../../../channel/outbox.ts";
import { systemClock } from "../../../clock.ts";
import { type Found, isOwnEnd } from "../../job.ts";
import type { Attempt } from "../commands.ts";
import type {
  ClientMessage,
  ClientNote,
  HostMessage,
  HostNote,
  QueueRequest,
} from "../protocol.ts";
import { refusalOf } from "../refusal.ts";
import { keptWorkerLock } from "../worker-lock.ts";
import { Dispatch } from "./dispatch.ts";
import { HostLog } from "./host-log.ts";
import { HostWatches } from "./host-watches.ts";
import { realPathOf } from "./real-path.ts";
import { remainsOf } from "./remains.ts";
import { StoreLink } from "./store-link.ts";

export interface HostOptions {
  /** The queue's file; made where it is absent. */
  readonly path: string;
  /** How long ended jobs and idempotency keys are kept. */
  readonly retentionMs: number;
  /** How many workers the server is to have. */
  readonly workers: number;
  readonly log: Logger;
}

/**
 * The queue in the primary: passes what workers ask on to the store's thread, pushes jobs to those
 * with room, and takes back at once what a worker ran that is no more.
 */
export class EmbeddedHost {
  readonly #log: HostLog;
  readonly #outboxes = new Map<number, Outbox<HostNote>>();
  readonly #watches: HostWatches;
  readonly #dispatch: Dispatch;
  #store!: StoreLink;

  private constructor(workers: number, log: HostLog) {
    this.#log = log;
    this.#watches = new HostWatches({
      watch: (id) => this.#store.ask({ op: "watch", id }),
      unwatch: (id) => this.#write({ op: "unwatch", id }),
      tell: (worker, watch, found) => this.#post(worker, { kind: "news", watch, found }),
      onError: (error) => this.#log.notWatched(error),
    });
    this.#dispatch = new Dispatch({
      clock: systemClock,
      workers,
      claim: (limit, heldTasks) => this.#store.ask({ op: "claim", limit, heldTasks }),
      claimHeld: () => this.#store.ask({ op: "claim-held" }),
      onHold: (tasks, before) => this.#hold(tasks, before),
      handBack: ({ id, token }) => this.#write({ op: "end", id, token, ending: handedBack }),
      send: (worker, assignment) => this.#post(worker, { kind: "assignment", assignment }),
    });
  }

  /**
   * Opens the file. What ran under a former server goes back to the queue at once; where workers of
   * that one compute on, when the last of them has ended.
   *
   * @throws Error for the operator, with the path and the remedy
   */
  static async open(options: HostOptions): Promise<EmbeddedHost> {
    const { retentionMs, workers } = options;
    const path = realPathOf(options.path);
    const log = new HostLog(options.log, path);
    const host = new EmbeddedHost(workers, log);
    host.#store = await StoreLink.open(
      { path, retentionMs },
      {
        onTold: (waiting) => host.#dispatch.told(waiting),
        onNews: (id, found) => host.#watches.news(id, found),
        log,
      },
    );
    return host;
  }

  /** What each worker holds from before its first job to its end (worker-lock.ts). */
  get workerLock(): string {
    return keptWorkerLock(this.#store.workerLock);
  }

  /** A worker has been forked. */
  attach(worker: number, send: (message: HostMessage) => void): void {
    const outbox = new Outbox<HostNote>((notes) => send({ type: "queue", notes }));
    this.#outboxes.set(worker, outbox);
    this.#dispatch.attach(worker);
  }

  /**
   * A worker has ended: what it ran goes back to the queue, or has failed for good.
   *
   * @returns whether it ran any job
   */
  detach(worker: number): boolean {
    this.#outboxes.delete(worker);
    this.#watches.drop(worker);
    const commands = remainsOf(this.#dispatch.detach(worker), this.#log);
    for (const command of commands) this.#write(command);
    return commands.length > 0;
  }

  /** A worker is ended because of a run that does not end: one of these, or a client's. */
  hung(worker: number, attempts: readonly Attempt[]): void {
    this.#dispatch.hung(worker, attempts);
  }

  /** A worker has said something. */
  take(worker: number, { notes }: ClientMessage): void {
    if (!this.#outboxes.has(worker)) return;
    for (const note of notes) this.#note(worker, note);
  }

  /** Resolves when all that was said is on disk and the file is closed. */
  async close(): Promise<void> {
    this.#dispatch.close();
    const stats = this.#store.ask({ op: "stats" }).catch(() => undefined);
    await this.#store.close();
    this.#log.left((await stats)?.states);
  }

  #note(worker: number, note: ClientNote): void {
    switch (note.kind) {
      case "call":
        this.#call(worker, note.call, note.request);
        break;
      case "watch":
        this.#watches.add(worker, note.watch, note.id);
        break;
      case "unwatch":
        this.#watches.remove(worker, note.watch);
        break;
      case "offer":
        this.#dispatch.offer(worker, note.room, note.received);
        break;
      case "progress":
        this.#write({ op: "progress", id: note.id, token: note.token, progress: note.progress });
        break;
    }
  }

  #call(worker: number, call: number, request: QueueRequest): void {
    this.#answer(worker, request).then(
      (value) => this.#post(worker, { kind: "answer", call, value }),
      (error) => this.#post(worker, { kind: "refusal", call, refusal: refusalOf(error) }),
    );
  }

  async #answer(worker: number, request: QueueRequest): Promise<unknown> {
    if (request.op === "cancel") return this.#cancel(request.id);
    if (request.op === "end") return this.#end(worker, request);
    return this.#store.ask(request);
  }

  #hold(tasks: readonly string[], before: readonly string[]): void {
    this.#write({ op: "hold", heldTasks: tasks });
    this.#log.held(tasks, before);
  }

  async #end(worker: number, { id, token, ending }: QueueRequest & { op: "end" }): Promise<null> {
    const attempt = { id, token };
    if (ending.kind === "at-exit") this.#dispatch.atExit(worker, attempt, ending.ended);
    // Another worker may have the job by now: this one's word does not count any more.
    else if (this.#dispatch.ended(worker, attempt, isOwnEnd(ending))) {
      await this.#store.ask({ op: "end", ...attempt, ending });
    }
    return null;
  }

  async #cancel(id: string): Promise<Found> {
    const { found, token } = await this.#store.ask({ op: "cancel", id });
    if (token === null) return found;
    const attempt = { id, token };
    if (this.#dispatch.drop(attempt)) {
      await this.#store.ask({ op: "end", ...attempt, ending: { kind: "cancelled" } });
      return this.#store.ask({ op: "find", id, withResult: false });
    }
    const owner = this.#dispatch.ownerOf(attempt);
    if (owner !== undefined) this.#post(owner, { kind: "stop", ...attempt });
    return found;
  }

  /** For what has no one to be told of its failure. */
  #write(command: Parameters<StoreLink["ask"]>[0]): void {
    this.#store.ask(command).catch((error: unknown) => this.#log.refused(command.op, error));
  }

  #post(worker: number, note: HostNote): void {
    this.#outboxes.get(worker)?.post(note);
  }
}

const handedBack = { kind: "handed-back" } as const;
