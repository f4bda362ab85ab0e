import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { Outbox } from "../../../channel/outbox.ts";
import { AppError } from "../../../errors.ts";
import type { Found } from "../../job.ts";
import type { Answer, Answers, Asked, Command, FromThread, Told, ToThread } from "../commands.ts";
import { errorOf } from "../refusal.ts";
import type { StoreThreadData } from "../thread/store-thread.ts";
import type { HostLog } from "./host-log.ts";

export interface StoreListener {
  /** After each group of commands. */
  onTold(waiting: { readonly ready: number; readonly held: number }): void;
  /** A watched job has changed. */
  onNews(id: string, found: Found): void;
  /** What the operator is told of the file. */
  readonly log: Pick<HostLog, "harm" | "back" | "unchecked" | "former" | "trouble">;
}

type AnswerOf<Each extends Command> = Answers[Each["op"]];

/** The primary's end of the store's thread. */
export class StoreLink {
  readonly #thread: Worker;
  readonly #listener: StoreListener;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #opened = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #outbox: Outbox<Asked>;
  #lastRef = 0;
  #workerLock = "";
  #failure: AppError | undefined;
  #isOpen = false;
  #isClosing = false;

  private constructor(data: StoreThreadData, listener: StoreListener) {
    const file = new URL(`../thread/store-thread${extname(import.meta.url)}`, import.meta.url);
    this.#listener = listener;
    this.#thread = new Worker(file, { workerData: data, name: "queue" });
    this.#thread.on("message", (message: FromThread) => this.#take(message));
    this.#thread.on("error", (error: Error) => this.#fail(error));
    this.#thread.on("exit", () => this.#fail(new Error("its thread has ended")));
    this.#outbox = new Outbox((asked) => this.#post({ kind: "asked", asked }));
  }

  /** @throws Error for the operator, where the file cannot be used */
  static async open(data: StoreThreadData, listener: StoreListener): Promise<StoreLink> {
    const link = new StoreLink(data, listener);
    try {
      await link.#opened.promise;
    } catch (error) {
      await link.#thread.terminate();
      throw error;
    }
    return link;
  }

  /** What each worker of this server has to hold. */
  get workerLock(): string {
    return this.#workerLock;
  }

  /** @throws AppError, as the command is refused; `queue-unavailable` where the thread is no more */
  ask<Each extends Command>(command: Each): Promise<AnswerOf<Each>> {
    if (this.#failure) return Promise.reject(this.#failure);
    const ref = ++this.#lastRef;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(ref, answer);
    this.#outbox.post({ ref, command });
    return answer.promise as Promise<AnswerOf<Each>>;
  }

  /** Resolves when all that was asked is on disk and the file is closed. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#outbox.flush();
    this.#post({ kind: "close" });
    await this.#closed.promise;
    await this.#thread.terminate();
  }

  #post(message: ToThread): void {
    this.#thread.postMessage(message);
  }

  #take(message: FromThread): void {
    switch (message.kind) {
      case "opened":
        this.#isOpen = true;
        this.#workerLock = message.workerLock;
        this.#opened.resolve();
        break;
      case "failed":
        this.#opened.reject(new Error(message.message));
        break;
      case "closed":
        this.#closed.resolve();
        break;
      case "trouble":
        this.#listener.log.trouble(message.message);
        break;
      case "harm":
        this.#listener.log.harm(message.message);
        break;
      case "back":
        this.#listener.log.back();
        break;
      case "unchecked":
        this.#listener.log.unchecked(message.reason);
        break;
      case "former":
        this.#listener.log.former(message);
        break;
      case "told":
        this.#told(message);
        break;
    }
  }

  #told({ answers, news, ready, held }: Told): void {
    for (const answer of answers) this.#settle(answer);
    for (const { id, found } of news) this.#listener.onNews(id, found);
    this.#listener.onTold({ ready, held });
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.ref);
    this.#waiting.delete(answer.ref);
    if ("refusal" in answer) waiting?.reject(errorOf(answer.refusal));
    else waiting?.resolve(answer.value);
  }

  /** The thread is no more: by its own fault, or after `close`. */
  #fail(error: Error): void {
    this.#opened.reject(error);
    this.#closed.resolve();
    if (this.#failure) return;
    const detail = `The queue has stopped (${error.message}). The operator must restart the server.`;
    this.#failure = new AppError("queue-unavailable", detail, { cause: error });
    if (this.#isOpen && !this.#isClosing) this.#listener.log.trouble(detail);
    for (const waiting of this.#waiting.values()) waiting.reject(this.#failure);
    this.#waiting.clear();
  }
}
