import type { Logger } from "pino";
import { Channel } from "../../../channel/channel.ts";
import type { Envelope, SendEnvelope } from "../../../channel/envelope.ts";
import type { Life } from "../../../channel/life.ts";
import type { HungRun } from "../../../channel/supervision.ts";
import { systemClock } from "../../../clock.ts";
import { type Ending, type Found, isOwnEnd } from "../../job.ts";
import type { Attempt, StoreCommand } from "../commands.ts";
import { type EmbeddedSettings, embeddedName } from "../settings.ts";
import { type QueueSide, queueSide, type WorkerSide, workerSide } from "../worker-contract.ts";
import { keptWorkerLock } from "../worker-lock.ts";
import { Dispatch } from "./dispatch.ts";
import { HostLog } from "./host-log.ts";
import { HostWatches } from "./host-watches.ts";
import { realPathOf } from "./real-path.ts";
import { remainsOf } from "./remains.ts";
import { StoreLink } from "./store-link.ts";

type WorkerChannel = Channel<QueueSide, WorkerSide>;

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
 * The queue's end in the primary. It passes calls of workers on to the store's thread, pushes jobs to
 * workers with room, and takes jobs back at once when their worker ends.
 */
export class EmbeddedHost {
  readonly name = embeddedName;
  readonly #log: HostLog;
  readonly #channels = new Map<Life, WorkerChannel>();
  readonly #watches: HostWatches;
  readonly #dispatch: Dispatch;
  #store!: StoreLink;

  private constructor(workers: number, log: HostLog) {
    this.#log = log;
    this.#watches = new HostWatches({
      watch: (id) => this.#store.ask("watch", { id }),
      unwatch: (id) => this.#write({ name: "unwatch", args: { id } }),
      tell: (life, watch, found) => this.#channels.get(life)?.note("news", { watch, found }),
      onError: (error) => this.#log.notWatched(error),
    });
    this.#dispatch = new Dispatch({
      clock: systemClock,
      workers,
      claim: (limit, onProbation) => this.#store.ask("claim", { limit, onProbation }),
      claimQuarantined: () => this.#store.ask("claim-quarantined", {}),
      onProbationChange: (tasks, before) => this.#setProbation(tasks, before),
      handBack: ({ id, token }) =>
        this.#write({ name: "end", args: { id, token, ending: handedBack } }),
      send: (life, assignment) => this.#channels.get(life)?.note("assignment", { assignment }),
    });
  }

  /**
   * Opens the file. Jobs of a former server go back to the queue at once, or when the last of its
   * workers has ended.
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
  attach(life: Life, number: number, send: SendEnvelope): void {
    this.#channels.set(life, this.#openChannel(life, send));
    this.#dispatch.attach(life, number);
  }

  /**
   * A worker has ended. Its jobs go back to the queue, or have failed for good.
   *
   * @returns whether it ran any job
   */
  detach(life: Life): boolean {
    this.#channels.get(life)?.close(new Error("The worker has ended"));
    this.#channels.delete(life);
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

  take(life: Life, envelope: Envelope): void {
    this.#channels.get(life)?.take(envelope);
  }

  /** Resolves when all that was said is on disk and the file is closed. */
  async close(): Promise<void> {
    this.#dispatch.close();
    const stats = this.#store.ask("stats", {}).catch(() => undefined);
    await this.#store.close();
    this.#log.left((await stats)?.states);
  }

  #openChannel(life: Life, send: SendEnvelope): WorkerChannel {
    return new Channel({
      service: embeddedName,
      mine: queueSide,
      theirs: workerSide,
      send,
      calls: {
        submit: (args) => this.#store.ask("submit", args),
        find: (args) => this.#store.ask("find", args),
        list: (args) => this.#store.ask("list", args),
        stats: (args) => this.#store.ask("stats", args),
        cancel: ({ id }) => this.#cancel(id),
        end: ({ id, token, ending }) => this.#end(life, { id, token }, ending),
      },
      notes: {
        watch: ({ watch, id }) => this.#watches.add(life, watch, id),
        unwatch: ({ watch }) => this.#watches.remove(life, watch),
        offer: ({ room, received }) => this.#dispatch.offer(life, room, received),
        progress: (args) => this.#write({ name: "progress", args }),
      },
    });
  }

  #setProbation(tasks: readonly string[], before: readonly string[]): void {
    this.#write({ name: "set-probation", args: { onProbation: tasks } });
    this.#log.probation(tasks, before);
  }

  async #end(life: Life, attempt: Attempt, ending: Ending): Promise<null> {
    if (ending.kind === "at-exit") this.#dispatch.atExit(life, attempt, ending.ended);
    // Otherwise another worker may have the job by now, and this message does not count.
    else if (this.#dispatch.ended(life, attempt, isOwnEnd(ending))) {
      await this.#store.ask("end", { ...attempt, ending });
    }
    return null;
  }

  async #cancel(id: string): Promise<Found> {
    const { found, token } = await this.#store.ask("cancel", { id });
    if (token === null) return found;
    const attempt = { id, token };
    if (this.#dispatch.drop(attempt)) {
      await this.#store.ask("end", { ...attempt, ending: { kind: "cancelled" } });
      return this.#store.ask("find", { id, withResult: false });
    }
    const owner = this.#dispatch.ownerOf(attempt);
    if (owner !== undefined) this.#channels.get(owner)?.note("stop", attempt);
    return found;
  }

  /** For commands whose answer nobody waits for. */
  #write({ name, args }: StoreCommand): void {
    this.#store.ask(name, args).catch((error: unknown) => this.#log.refused(name, error));
  }
}

const handedBack = { kind: "handed-back" } as const;
