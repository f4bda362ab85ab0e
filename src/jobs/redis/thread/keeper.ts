import type { Channel } from "../../../channel/channel.ts";
import { toRefusal } from "../../../channel/refusal.ts";
import {
  type AskedCommand,
  type HostSide,
  isWrite,
  type StoreSide,
} from "../../messages/commands.ts";
import { retryDelayMs } from "../connections.ts";
import type { Advice } from "./advice.ts";
import { setThreadTime } from "./hosts/thread-time.ts";
import { type KeptParts, openParts } from "./open-parts.ts";
import { RedisStore } from "./store.ts";
import type { RedisThreadData } from "./store-thread.ts";
import { Tally } from "./tally.ts";
import { TroubleWatch } from "./trouble.ts";

/** The ends of attempts wait for Redis: results were computed. */
const waits: ReadonlySet<string> = new Set(["end", "ends", "lost"]);

/** Where Redis fails in the middle of a claim, that brings nothing, and does not fail. */
const claims: ReadonlySet<string> = new Set(["claim", "claim-quarantined"]);

/**
 * Opens the queue in Redis, and opens it again where it is another one. Meanwhile, and where Redis is
 * away, commands are refused, and the host knows why.
 */
export class StoreKeeper {
  readonly #data: RedisThreadData;
  readonly #host: Channel<StoreSide, HostSide>;
  readonly #kept: KeptParts = {
    limits: new Map(),
    tally: new Tally(() => performance.now()),
  };
  #store: RedisStore | undefined;
  #opened = Promise.withResolvers<void>();
  readonly #trouble: TroubleWatch;
  readonly #advised = new Set<string>();
  #isClosed = false;

  constructor(data: RedisThreadData, host: Channel<StoreSide, HostSide>) {
    this.#data = data;
    this.#host = host;
    this.#trouble = new TroubleWatch((reason) => this.#tell(reason));
  }

  /** Resolves at the end of the first try. The others follow by themselves. */
  async open(): Promise<void> {
    const isOpen = await this.#tryToOpen();
    if (!isOpen) void this.#goOn();
  }

  async answer(command: AskedCommand): Promise<void> {
    const { call } = command;
    try {
      this.#host.reply({ answer: call, value: await this.#carryOut(command) });
    } catch (error) {
      this.#host.reply({ answer: call, refusal: toRefusal(this.#trouble.refusalOf(error)) });
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#opened.resolve();
    await this.#store?.close();
  }

  async #carryOut(command: AskedCommand): Promise<unknown> {
    if (command.name === "set-limits" && !this.#store) return this.#keepLimits(command.args.limits);
    for (;;) {
      if (!this.#store && waits.has(command.name)) await this.#opened.promise;
      const store = this.#store;
      if (!store) throw new Error("The connection is closed");
      const succeeded = this.#trouble.begun();
      try {
        const value = await store.carryOut(command);
        if (isWrite(command) && !claims.has(command.name)) succeeded();
        return value;
      } catch (error) {
        // The queue was opened again meanwhile: what this ends is not there any more.
        if (this.#isClosed || store === this.#store || !waits.has(command.name)) throw error;
      }
    }
  }

  #keepLimits(limits: Readonly<Record<string, number>>): null {
    this.#kept.limits.clear();
    for (const [task, limit] of Object.entries(limits)) this.#kept.limits.set(task, limit);
    return null;
  }

  async #goOn(): Promise<void> {
    for (let tries = 1; !this.#isClosed; tries++) {
      await new Promise((resolve) => setTimeout(resolve, retryDelayMs(tries)));
      if (!this.#isClosed && (await this.#tryToOpen())) return;
    }
  }

  async #tryToOpen(): Promise<boolean> {
    let store: RedisStore | undefined;
    try {
      const opened = await openParts(this.#data, this.#kept, {
        onLost: (run) => store?.lost(run),
        onAdvice: (advice) => this.#advise(advice),
        onConnection: (error) => this.#heard(error),
      });
      setThreadTime(opened.parts.clock);
      store = new RedisStore({
        ...{ ...opened, host: this.#host },
        onOther: () => void this.#openOther(),
        onChores: (error) => void this.#choresDone(error),
      });
      await store.start();
      if (this.#isClosed) await store.close();
      this.#store = store;
      this.#opened.resolve();
      this.#trouble.succeeded();
      return true;
    } catch (error) {
      await store?.close();
      this.#heard(error as Error);
      return false;
    }
  }

  /** Each is said once, however often the connections are opened, and whatever its figures are. */
  #advise(advice: Advice): void {
    const about = advice.message.replaceAll(/\d+/g, "");
    if (this.#advised.has(about)) return;
    this.#advised.add(about);
    this.#host.note("advice", advice);
  }

  /** That something can be read does not say that something can be written. */
  async #choresDone(error: Error | null): Promise<void> {
    if (error) this.#trouble.failed(error);
    else if (this.#trouble.isTold && (await this.#store?.canWrite())) this.#trouble.succeeded();
  }

  #heard(error: Error | null): void {
    if (error) this.#trouble.failed(error);
    else if (this.#store) this.#trouble.succeeded();
  }

  /** Redis has lost the queue's data, or has another queue's. */
  async #openOther(): Promise<void> {
    const store = this.#store;
    if (!store || this.#isClosed) return;
    this.#store = undefined;
    this.#opened = Promise.withResolvers();
    this.#host.note("reachable", { isReachable: false });
    this.#host.note("emptied", {});
    store.stopRuns();
    await store.close();
    await this.open();
    if (!this.#trouble.isTold) this.#host.note("reachable", { isReachable: true });
  }

  #tell(reason: string | null): void {
    this.#host.note("trouble", { message: reason });
    this.#host.note("reachable", { isReachable: reason === null });
    if (reason !== null) this.#host.note("counts", { ready: 0, quarantined: 0 });
  }
}
