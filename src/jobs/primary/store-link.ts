import { Worker } from "node:worker_threads";
import { bareThread } from "../../channel/bare-thread.ts";
import { Channel } from "../../channel/channel.ts";
import type { AnswerTo, CallArgs } from "../../channel/contract.ts";
import { isEnvelope } from "../../channel/envelope.ts";
import { AppError } from "../../errors.ts";
import type { FoundBatch } from "../batch.ts";
import type { Found } from "../job.ts";
import {
  type Attempt,
  type CommandName,
  type HostSide,
  hostSide,
  type StoreSide,
  storeSide,
} from "../messages/commands.ts";
import type { HostLog } from "./host-log.ts";
import type { StoreModule } from "./store-module.ts";

export interface StoreListener {
  /** After each group of commands. */
  onTold(waiting: { readonly ready: number; readonly quarantined: number }): void;
  /** A watched job has changed. */
  onNews(id: string, found: Found): void;
  /** There are new deliveries. */
  onDeliveries(): void;
  /** A watched batch has changed. */
  onBatchNews(id: string, found: FoundBatch): void;
  /** These attempts are to end: their jobs are cancelled with their batch. */
  onStops(attempts: readonly Attempt[]): void;
  /** The store can be reached again, or not any more. */
  onReachable(isReachable: boolean): void;
  /** Tells the operator of the file. */
  readonly log: Pick<
    HostLog,
    | "harm"
    | "back"
    | "emptied"
    | "unchecked"
    | "former"
    | "trouble"
    | "upgrade"
    | "unreachable"
    | "schedules"
    | "advice"
  >;
}

/** The primary's handle on the queue's thread. */
export class StoreLink {
  readonly #thread: Worker;
  readonly #channel: Channel<HostSide, StoreSide>;
  readonly #listener: StoreListener;
  readonly #opened = Promise.withResolvers<void>();
  #workerLock: string | null = null;
  #starts = "";
  #isOpen = false;
  #hasStopped = false;
  #isClosing = false;

  private constructor({ thread, data }: StoreModule, listener: StoreListener) {
    this.#listener = listener;
    this.#channel = this.#openChannel();
    this.#thread = new Worker(thread, { workerData: data, name: "queue", ...bareThread() });
    this.#thread.on("message", (message: unknown) => {
      // Under `node --watch` the thread also tells which modules it has loaded.
      if (isEnvelope(message)) this.#channel.take(message);
    });
    this.#thread.on("error", (error: Error) => this.#stopped(error));
    this.#thread.on("exit", () => this.#stopped(new Error("its thread has ended")));
  }

  /** @throws Error for the operator, where the file cannot be used */
  static async open(store: StoreModule, listener: StoreListener): Promise<StoreLink> {
    const link = new StoreLink(store, listener);
    try {
      await link.#opened.promise;
    } catch (error) {
      await link.#thread.terminate();
      throw error;
    }
    return link;
  }

  /** The path of the lock that each worker of this server holds; null where there is none. */
  get workerLock(): string | null {
    return this.#workerLock;
  }

  /** The path of the file in which workers mark their starts. */
  get starts(): string {
    return this.#starts;
  }

  /**
   * @param moved buffers in the arguments: the thread gets them without a copy
   * @throws AppError with which the thread refuses; `queue-unavailable` where it has ended
   */
  ask<Name extends CommandName>(
    name: Name,
    args: CallArgs<StoreSide, Name>,
    moved?: readonly ArrayBuffer[],
  ): Promise<AnswerTo<StoreSide, Name>> {
    return this.#channel.call(name, args, moved);
  }

  /** Resolves when all earlier calls are on disk and the file is closed. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#channel.call("close", {}).catch(() => {}); // The thread may have ended by itself.
    await this.#thread.terminate();
  }

  #openChannel(): Channel<HostSide, StoreSide> {
    const { log, onTold, onNews, onDeliveries, onBatchNews, onStops, onReachable } = this.#listener;
    return new Channel({
      service: "store",
      mine: hostSide,
      theirs: storeSide,
      send: (envelope, _onSent, moved = []) => this.#thread.postMessage(envelope, [...moved]),
      calls: {},
      notes: {
        opened: ({ workerLock, starts }) => {
          this.#isOpen = true;
          this.#workerLock = workerLock;
          this.#starts = starts;
          this.#opened.resolve();
        },
        "no-control": ({ reason }) => log.unreachable(reason),
        upgrade: ({ upgrade }) => log.upgrade(upgrade),
        failed: ({ message }) => this.#opened.reject(new Error(message)),
        advice: ({ level, message }) => log.advice(level, message),
        trouble: ({ message }) => log.trouble(message),
        harm: ({ message }) => log.harm(message),
        back: () => log.back(),
        emptied: () => log.emptied(),
        reachable: ({ isReachable }) => onReachable(isReachable),
        unchecked: ({ reason }) => log.unchecked(reason),
        former: (former) => log.former(former),
        news: ({ id, found }) => onNews(id, found),
        deliveries: onDeliveries,
        "batch-news": ({ id, found }) => onBatchNews(id, found),
        schedules: ({ news }) => log.schedules(news),
        stops: ({ attempts }) => onStops(attempts),
        counts: onTold,
      },
    });
  }

  /** The thread has ended: by its own fault, or after `close`. */
  #stopped(error: Error): void {
    if (this.#hasStopped) return;
    this.#hasStopped = true;
    this.#opened.reject(error);
    const detail = `The queue has stopped (${error.message}). The operator must restart the server.`;
    this.#channel.close(new AppError("queue-unavailable", detail, { cause: error }));
    if (this.#isOpen && !this.#isClosing) this.#listener.log.trouble(detail);
  }
}
