import type { Logger } from "pino";
import type { Life } from "../../../channel/life.ts";
import type { HungRun } from "../../../channel/messages.ts";
import { Outbox } from "../../../channel/outbox.ts";
import { systemClock } from "../../../clock.ts";
import { type Found, isOwnEnd } from "../../job.ts";
import {
  type ClientNote,
  type HostMessage,
  type HostNote,
  isClientMessage,
  type QueueRequest,
} from "../protocol.ts";
import { refusalOf } from "../refusal.ts";
import { type EmbeddedSettings, embeddedName } from "../settings.ts";
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
  readonly name = embeddedName;
  readonly #log: HostLog;
  readonly #outboxes = new Map<Life, Outbox<HostNote>>();
  readonly #watches: HostWatches;
  readonly #dispatch: Dispatch;
  #store!: StoreLink;

  private constructor(workers: number, log: HostLog) {
    this.#log = log;
    this.#watches = new HostWatches({
      watch: (id) => this.#store.ask({ op: "watch", id }),
      unwatch: (id) => this.#write({ op: "unwatch", id }),
      tell: (life, watch, found) => this.#post(life, { kind: "news", watch, found }),
      onError: (error) => this.#log.notWatched(error),
    });
    this.#dispatch = new Dispatch({
      clock: systemClock,
      workers,
      claim: (limit, heldTasks) => this.#store.ask({ op: "claim", limit, heldTasks }),
      claimHeld: () => this.#store.ask({ op: "claim-held" }),
      onHold: (tasks, before) => this.#hold(tasks, before),
      handBack: ({ id, token }) => this.#write({ op: "end", id, token, ending: handedBack }),
      send: (life, assignment) => this.#post(life, { kind: "assignment", assignment }),
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

  settingsForWorker(): EmbeddedSettings {
    return { lock: keptWorkerLock(this.#store.workerLock) };
  }

  /**
   * A worker has been forked.
   *
   * @param number of its place, for the log
   */
  attach(life: Life, number: number, send: (message: HostMessage) => void): void {
    const outbox = new Outbox<HostNote>((notes) => send({ type: "queue", notes }));
    this.#outboxes.set(life, outbox);
    this.#dispatch.attach(life, number);
  }

  /**
   * A worker has ended: what it ran goes back to the queue, or has failed for good.
   *
   * @returns whether it ran any job
   */
  detach(life: Life): boolean {
    this.#outboxes.delete(life);
    this.#watches.drop(life);
    const commands = remainsOf(this.#dispatch.detach(life), this.#log);
    for (const command of commands) this.#write(command);
    return commands.length > 0;
  }

  /** A worker ends because of one of these runs. Without any, each of its jobs may be to blame. */
  hung(life: Life, runs: readonly HungRun[]): void {
    if (runs.length === 0) return;
    const attempts = runs.flatMap(({ attempt }) => attempt ?? []);
    this.#dispatch.hung(life, attempts);
  }

  take(life: Life, message: object): void {
    if (!this.#outboxes.has(life) || !isClientMessage(message)) return;
    for (const note of message.notes) this.#note(life, note);
  }

  /** Resolves when all that was said is on disk and the file is closed. */
  async close(): Promise<void> {
    this.#dispatch.close();
    const stats = this.#store.ask({ op: "stats" }).catch(() => undefined);
    await this.#store.close();
    this.#log.left((await stats)?.states);
  }

  #note(life: Life, note: ClientNote): void {
    switch (note.kind) {
      case "call":
        this.#call(life, note.call, note.request);
        break;
      case "watch":
        this.#watches.add(life, note.watch, note.id);
        break;
      case "unwatch":
        this.#watches.remove(life, note.watch);
        break;
      case "offer":
        this.#dispatch.offer(life, note.room, note.received);
        break;
      case "progress":
        this.#write({ op: "progress", id: note.id, token: note.token, progress: note.progress });
        break;
    }
  }

  #call(life: Life, call: number, request: QueueRequest): void {
    this.#answer(life, request).then(
      (value) => this.#post(life, { kind: "answer", call, value }),
      (error) => this.#post(life, { kind: "refusal", call, refusal: refusalOf(error) }),
    );
  }

  async #answer(life: Life, request: QueueRequest): Promise<unknown> {
    if (request.op === "cancel") return this.#cancel(request.id);
    if (request.op === "end") return this.#end(life, request);
    return this.#store.ask(request);
  }

  #hold(tasks: readonly string[], before: readonly string[]): void {
    this.#write({ op: "hold", heldTasks: tasks });
    this.#log.held(tasks, before);
  }

  async #end(life: Life, { id, token, ending }: QueueRequest & { op: "end" }): Promise<null> {
    const attempt = { id, token };
    if (ending.kind === "at-exit") this.#dispatch.atExit(life, attempt, ending.ended);
    // Another worker may have the job by now: this one's word does not count any more.
    else if (this.#dispatch.ended(life, attempt, isOwnEnd(ending))) {
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

  #post(life: Life, note: HostNote): void {
    this.#outboxes.get(life)?.post(note);
  }
}

const handedBack = { kind: "handed-back" } as const;
