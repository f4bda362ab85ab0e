import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Channel } from "../../../channel/channel.ts";
import type { Asked } from "../../../channel/contract.ts";
import { toRefusal } from "../../../channel/refusal.ts";
import { AppError } from "../../../errors.ts";
import {
  type AskedCommand,
  type HostSide,
  isWrite,
  type StoreSide,
} from "../../messages/commands.ts";
import { makeStarts } from "../../starts.ts";
import type { Advice } from "./advice.ts";
import { doChores } from "./chores.ts";
import { type CommandsOptions, commandsOf } from "./commands.ts";
import type { HostNews } from "./hosts/news.ts";
import { tellWatched } from "./hosts/tell-watched.ts";
import { type OpenedConnections, openParts } from "./open-parts.ts";
import { DueSchedules } from "./schedules/due-schedules.ts";
import type { RedisThreadData } from "./store-thread.ts";
import { unparkAll } from "./tickets/parking.ts";
import { ReadyTeller } from "./tickets/ready.ts";

type Host = Channel<StoreSide, HostSide>;

/** How often chores are done, and how often this host looks what is ready. */
const choreMs = 250;

/** The pause before the end of an attempt is written again. */
const retryMs = 500;

/** The ends of attempts: the result was computed, and must not be lost while this process lives. */
const kept: ReadonlySet<string> = new Set(["end", "ends", "lost"]);

export async function openStore(
  data: RedisThreadData,
  host: Host,
  onClosed: () => void,
): Promise<RedisStore> {
  const folder = mkdtempSync(join(tmpdir(), "manycore-"));
  const starts = join(folder, "starts");
  makeStarts(starts);
  let store: RedisStore | undefined;
  const listener = {
    onAdvice: (advice: Advice) => host.note("advice", advice),
    onTrouble: (message: string | null) => host.note("trouble", { message }),
  };
  const opened = await openParts(data, listener, (seq, token) => store?.lost(seq, token));
  store = new RedisStore({ ...opened, host, starts, folder, onClosed });
  return store;
}

interface RedisStoreOptions extends CommandsOptions, OpenedConnections {
  readonly host: Host;
  readonly starts: string;
  readonly folder: string;
  readonly onClosed: () => void;
}

/** The queue in Redis, as the primary asks it. */
export class RedisStore {
  readonly #options: RedisStoreOptions;
  readonly #commands;
  readonly #ready: ReadyTeller;
  readonly #schedules: DueSchedules;
  #chores: NodeJS.Timeout | undefined;
  #areChoresBusy = false;
  #isClosed = false;

  constructor(options: RedisStoreOptions) {
    this.#options = options;
    this.#commands = commandsOf(options);
    const { parts, host } = options;
    this.#ready = new ReadyTeller(parts, (ready) => host.note("counts", ready));
    this.#schedules = new DueSchedules({
      parts,
      onNews: (news) => host.note("schedules", { news }),
    });
  }

  /** The file in which workers mark their starts. */
  get starts(): string {
    return this.#options.starts;
  }

  async start(): Promise<void> {
    const { parts, host } = this.#options;
    await parts.news.listen({
      onNews: (news) => this.#hear(news),
      ...tellWatched(parts, host),
      onDeliveries: () => host.note("deliveries", {}),
    });
    await parts.pauses.read();
    this.#chores = setInterval(() => void this.#doChores(), choreMs);
    await this.#ready.tell();
    host.flush();
  }

  async answer(asked: Asked<StoreSide>): Promise<void> {
    const { host, trouble } = this.#options;
    if (asked.name === "close") return this.#close(asked.call);
    const command = asked as AskedCommand;
    try {
      const value = await this.#carryOut(command);
      if (isWrite(command)) {
        trouble.succeeded();
        await this.#tellAfter(command, value);
      }
      host.reply({ answer: asked.call, value });
    } catch (error) {
      host.reply({ answer: asked.call, refusal: toRefusal(trouble.refusalOf(error)) });
    }
  }

  /** The lock of a job was lost. Its run here is to stop. */
  lost(seq: number, token: number): void {
    const { host, parts } = this.#options;
    host.note("stops", { attempts: [{ id: parts.ids.idOf(seq), token }] });
  }

  async #carryOut({ name, args }: AskedCommand): Promise<unknown> {
    const carryOut = this.#commands[name] as (args: unknown) => unknown;
    for (;;) {
      try {
        return await carryOut(args);
      } catch (error) {
        if (error instanceof AppError || !kept.has(name) || this.#isClosed) throw error;
        this.#options.trouble.refusalOf(error);
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  /** A claim that brought nothing says that nothing is ready, whatever the counts say. */
  async #tellAfter({ name }: AskedCommand, value: unknown): Promise<void> {
    if (name === "put-schedule") void this.#schedules.look();
    const isEmpty = name === "claim" && Array.isArray(value) && value.length === 0;
    const isNone = name === "claim-quarantined" && value === null;
    if (isEmpty || isNone) this.#ready.tellNone();
    else if (name === "claim") await this.#ready.tell();
    else void this.#ready.tell();
  }

  async #doChores(): Promise<void> {
    if (this.#areChoresBusy) return;
    this.#areChoresBusy = true;
    const { parts } = this.#options;
    try {
      await Promise.all([doChores(parts), parts.pauses.read(), this.#schedules.look()]);
      await this.#ready.tell();
    } catch {
      // Redis is away, or another host was quicker. They are done again soon.
    } finally {
      this.#areChoresBusy = false;
    }
  }

  #hear(news: HostNews): void {
    const { parts, host } = this.#options;
    switch (news.kind) {
      case "ready":
        void this.#ready.tell();
        break;
      case "stop":
        host.note("stops", { attempts: [{ id: news.id, token: news.token }] });
        break;
      case "paused":
        void parts.pauses
          .read()
          .then(() => unparkAll(parts))
          .catch(() => {});
        break;
    }
  }

  async #close(call: number): Promise<void> {
    const { host, parts, connections, folder, onClosed } = this.#options;
    this.#isClosed = true;
    clearInterval(this.#chores);
    this.#ready.stop();
    this.#schedules.stop();
    parts.news.stop();
    parts.held.stop();
    await Promise.all([parts.tickets.open.close(), parts.tickets.held.close()]).catch(() => {});
    for (const each of connections) each.disconnect();
    rmSync(folder, { recursive: true, force: true });
    host.reply({ answer: call, value: null });
    host.flush();
    onClosed();
  }
}
