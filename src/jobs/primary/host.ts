import { extname } from "node:path";
import type { Logger } from "pino";
import type { Envelope, SendEnvelope } from "../../channel/envelope.ts";
import type { Life } from "../../channel/life.ts";
import type { HungRun } from "../../channel/supervision.ts";
import { systemClock } from "../../clock.ts";
import type { ClaimedJob, StoreCommand } from "../messages/commands.ts";
import { type QueueSettings, queueName } from "../settings.ts";
import { keptWorkerLock } from "../sqlite/worker-lock.ts";
import type { QueueStats } from "../stats.ts";
import { WebhookLink } from "../webhooks/primary/webhook-link.ts";
import type { WebhookSettings } from "../webhooks/thread/webhook-thread.ts";
import { openClient, type QueueClient } from "./client-channel.ts";
import { type ControlOptions, setPaused, stopAttempts } from "./control-calls.ts";
import { deliveriesOf } from "./delivery-source.ts";
import { Dispatch } from "./dispatch/dispatch.ts";
import { remainsOf } from "./dispatch/remains.ts";
import { WorkerStarts } from "./dispatch/worker-starts.ts";
import { HostLog } from "./host-log.ts";
import { StoreLink } from "./store-link.ts";
import type { StoreModule } from "./store-module.ts";
import { openWorkerChannel, type WorkerChannel } from "./worker-channel.ts";
import { WorkerWatches } from "./worker-watches.ts";

export interface HostOptions {
  readonly store: StoreModule;
  /** How many workers the server is to have at its start. */
  readonly workers: number;
  /** How webhooks are sent; null where they are not. */
  readonly webhooks: WebhookSettings | null;
  readonly log: Logger;
}

/**
 * The queue's end in the primary. It passes calls of workers on to the store's thread, pushes jobs to
 * workers with room, and takes jobs back at once when their worker ends.
 */
export class QueueHost {
  readonly name = queueName;
  readonly clientModule = new URL(
    `../worker/open-client${extname(import.meta.url)}`,
    import.meta.url,
  );
  readonly #log: HostLog;
  readonly #channels = new Map<Life, WorkerChannel>();
  readonly #watches: WorkerWatches;
  readonly #dispatch: Dispatch;
  readonly #control: ControlOptions;
  #store!: StoreLink;
  #webhooks: WebhookLink | undefined;
  #starts!: WorkerStarts;
  #workers: number;
  #isReachable = true;

  private constructor(workers: number, log: HostLog) {
    this.#log = log;
    this.#workers = workers;
    this.#watches = new WorkerWatches({
      ask: (name, args) => this.#store.ask(name, args),
      onError: (error) => this.#log.notWatched(error),
    });
    this.#dispatch = new Dispatch({
      clock: systemClock,
      workers: () => this.#workers,
      claim: (limit, onProbation) => this.#store.ask("claim", { limit, onProbation }),
      claimQuarantined: () => this.#store.ask("claim-quarantined", {}),
      onProbationChange: (tasks, before) => this.#setProbation(tasks, before),
      handBack: (jobs) => this.#handBack(jobs),
      send: (life, job) => this.#channels.get(life)?.note("assigned", { job }),
    });
    this.#control = {
      ask: (name, args, moved) => this.#store.ask(name, args, moved),
      dispatch: this.#dispatch,
      onPaused: (paused) => {
        this.#log.paused(paused);
        this.#askBack();
      },
      tellStop: (owner, attempt) => this.#channels.get(owner)?.note("stop", attempt),
    };
  }

  /**
   * Opens the store. Jobs of a former server go back to the queue at once, or when the last of its
   * workers has ended.
   *
   * @throws Error for the operator, with the path and the remedy
   */
  static async open(options: HostOptions): Promise<QueueHost> {
    const log = new HostLog(options.log, options.store);
    const host = new QueueHost(options.workers, log);
    host.#store = await StoreLink.open(options.store, {
      onTold: (waiting) => host.#dispatch.told(waiting),
      onNews: (id, found) => host.#watches.jobs.news(id, found),
      onDeliveries: () => host.#webhooks?.due(),
      onBatchNews: (id, found) => host.#watches.batches.news(id, found),
      // A claim may have been answered in the same message: what it brought is known by then.
      onStops: (attempts) =>
        queueMicrotask(() =>
          stopAttempts(host.#control, attempts, (error) => log.refused("end", error)),
        ),
      onReachable: (isReachable) => host.#tellReachable(isReachable),
      log,
    });
    const paused = await host.#store.ask("paused", {}).catch(() => null); // It may be away.
    if (paused && (paused.all || paused.tasks.length > 0)) log.paused(paused);
    if (options.webhooks) {
      host.#webhooks = new WebhookLink(options.webhooks, deliveriesOf(host.#store), options.log);
    }
    host.#starts = new WorkerStarts(host.#store.starts);
    return host;
  }

  settingsForWorker(life: Life): QueueSettings {
    const { workerLock } = this.#store;
    const lock = workerLock === null ? null : keptWorkerLock(workerLock);
    return { lock, starts: this.#starts.open(life) };
  }

  /**
   * A worker has been forked.
   *
   * @param number of its place in the server
   * @param pid null if it is not known
   */
  attach(life: Life, number: number, send: SendEnvelope, pid: number | null = null): void {
    this.#channels.set(life, this.#openChannel(life, send));
    this.#dispatch.attach(life, number, pid, this.#starts.regionOf(life));
  }

  /**
   * A worker has ended. Its jobs go back to the queue, or have failed for good.
   *
   * @returns whether it ran any job
   */
  detach(life: Life): boolean {
    const channel = this.#channels.get(life);
    this.#channels.delete(life);
    if (channel) {
      channel.close(new Error("The worker has ended"));
      this.#watches.drop(channel);
    }
    const worker = this.#dispatch.detach(life, this.#starts.take(life));
    if (!worker) return false;
    const commands = remainsOf(worker, this.#log);
    const marks = [...worker.assigned.values()].map(({ mark }) => mark);
    Promise.all(commands.map(({ name, args }) => this.#store.ask(name, args))).then(
      () => worker.region.free(marks),
      (error: unknown) => this.#log.refused("lost", error),
    );
    return commands.length > 0;
  }

  /** A worker ends because of one of these runs. Without any, each of its jobs may be to blame. */
  hung(life: Life, runs: readonly HungRun[]): void {
    if (runs.length > 0) this.#dispatch.hung(life, runs);
  }

  take(life: Life, envelope: Envelope): void {
    this.#channels.get(life)?.take(envelope);
  }

  /** Opens an end for control. It runs no jobs. */
  openClient(send: SendEnvelope): QueueClient {
    return openClient({ control: this.#control, watches: this.#watches }, send);
  }

  jobStats(): Promise<QueueStats> {
    return this.#store.ask("stats", {});
  }

  resized(workers: number): void {
    this.#workers = workers;
  }

  /** An operator pauses the jobs of a task, or of all (null); or ends that. */
  async setPaused(isPaused: boolean, task: string | null): Promise<void> {
    await setPaused(this.#control, { isPaused, task });
  }

  /** Resolves when all that was said is on disk and the file is closed. */
  async close(): Promise<void> {
    await this.#dispatch.close();
    await this.#webhooks?.close();
    const stats = this.#store.ask("stats", {}).catch(() => undefined);
    await this.#store.close();
    this.#starts.close();
    this.#log.left((await stats)?.states);
  }

  #openChannel(life: Life, send: SendEnvelope): WorkerChannel {
    const options = {
      control: this.#control,
      ...{ dispatch: this.#dispatch, watches: this.#watches },
      write: (command: StoreCommand) => this.#write(command),
      isReachable: () => this.#isReachable,
      onUnmarked: () => {
        this.#starts.forget(life);
        this.#dispatch.unmarked(life);
      },
    };
    return openWorkerChannel(options, life, send);
  }

  #tellReachable(isReachable: boolean): void {
    this.#isReachable = isReachable;
    for (const channel of this.#channels.values()) channel.note("reachable", { isReachable });
  }

  #setProbation(tasks: readonly string[], before: readonly string[]): void {
    this.#write({ name: "set-probation", args: { onProbation: tasks } });
    this.#log.probation(tasks, before);
    this.#askBack(); // Jobs of these tasks may wait in workers.
  }

  /** What waits in workers goes back. */
  #askBack(): void {
    for (const channel of this.#channels.values()) channel.note("give-back", {});
  }

  #handBack(jobs: readonly ClaimedJob[]): void {
    const ends = jobs.map(({ seq, token }) => ({ seq, token, ending: handedBack }));
    this.#write({ name: "ends", args: { ends, place: null } });
  }

  /** For commands whose answer nobody waits for. */
  #write({ name, args }: StoreCommand): void {
    this.#store.ask(name, args).catch((error: unknown) => this.#log.refused(name, error));
  }
}

const handedBack = { kind: "handed-back" } as const;
