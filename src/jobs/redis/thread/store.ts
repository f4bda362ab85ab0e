import type { Channel } from "../../../channel/channel.ts";
import { AppError } from "../../../errors.ts";
import type { AskedCommand, HostSide, StoreSide } from "../../messages/commands.ts";
import type { RowAttempt } from "../../starts.ts";
import { doChores } from "./chores.ts";
import { commandsOf } from "./commands.ts";
import type { HostNews } from "./hosts/host-news.ts";
import { tellWatched } from "./hosts/tell-watched.ts";
import type { OpenedParts } from "./open-parts.ts";
import { OtherQueue } from "./records/commit.ts";
import type { Pool } from "./records/record.ts";
import { DueSchedules } from "./schedules/due-schedules.ts";
import { unparkAll } from "./tickets/parking.ts";
import { ReadyTeller } from "./tickets/ready.ts";

type Host = Channel<StoreSide, HostSide>;

/** How often chores are done, and how often this host looks what is ready. */
const choreMs = 250;

/** The pause before the end of an attempt is written again. */
const retryMs = 500;

/** The ends of attempts: the result was computed, and must not be lost while this process lives. */
const kept: ReadonlySet<string> = new Set(["end", "ends", "lost"]);

export interface RedisStoreOptions extends OpenedParts {
  readonly host: Host;
  /** The queue in Redis is another one now. */
  readonly onOther: () => void;
  /** The chores have failed, or have been done (null). */
  readonly onChores: (error: Error | null) => void;
}

/** The queue in Redis, as long as it is the same one. */
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

  async start(): Promise<void> {
    const { parts, host } = this.#options;
    await parts.news.listen({
      onNews: (news) => this.#hear(news),
      ...tellWatched(parts, host),
      onDeliveries: () => host.note("deliveries", {}),
    });
    await parts.pauses.read();
    this.#chores = setInterval(() => void this.#doChores(), choreMs);
    await this.#ready.tellReturned();
    host.flush();
  }

  /** @throws AppError that answers the command; for the ends of attempts only when it is closed */
  async carryOut(command: AskedCommand): Promise<unknown> {
    const { asked } = this.#ready;
    const value = await this.#tryUntilDone(command);
    this.#tellAfter(command, value, asked);
    return value;
  }

  /** The lock of a job was lost. Its run here is to stop. */
  lost({ seq, token }: RowAttempt): void {
    const { host, parts } = this.#options;
    host.note("stops", { attempts: [{ id: parts.ids.idOf(seq), token }] });
  }

  /** Whether Redis takes writes now. */
  async canWrite(): Promise<boolean> {
    const { client, keys } = this.#options.parts;
    return client.set(keys.of("written"), 1, "PX", choreMs).then(
      () => true,
      () => false,
    );
  }

  /** All runs here are to stop: nobody knows their jobs any more. */
  stopRuns(): void {
    this.#options.parts.held.loseAll();
  }

  async #tryUntilDone({ name, args }: AskedCommand): Promise<unknown> {
    const carryOut = this.#commands[name] as (args: unknown) => unknown;
    for (;;) {
      try {
        return await carryOut(args);
      } catch (error) {
        if (error instanceof OtherQueue) this.#options.onOther();
        if (error instanceof AppError || !kept.has(name) || this.#isClosed) throw error;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  /**
   * What makes jobs ready tells it by itself. A claim that brought less than was asked for says that
   * nothing more is ready, whatever the counts say. One that brought nothing is not to be followed by
   * another one at once, unless jobs became ready meanwhile.
   *
   * @param askedBefore how often `ready` had been asked for when the command came
   */
  #tellAfter(command: AskedCommand, value: unknown, askedBefore: number): void {
    if (command.name === "put-schedule") void this.#schedules.look();
    if (command.name === "set-paused") void this.#ready.tell();
    const claim = claimOf(command, value);
    if (!claim) return;
    const { pool, asked, brought } = claim;
    if (brought === asked) return;
    this.#ready.tellNone(pool);
    if (brought > 0 || this.#ready.asked > askedBefore) void this.#ready.tell();
  }

  async #doChores(): Promise<void> {
    if (this.#areChoresBusy) return;
    this.#areChoresBusy = true;
    const { parts } = this.#options;
    try {
      await Promise.all([doChores(parts), parts.pauses.read(), this.#schedules.look()]);
      await this.#ready.tellReturned();
      await this.#checkQueue();
      this.#options.onChores(null);
    } catch (error) {
      this.#options.onChores(error as Error);
    } finally {
      this.#areChoresBusy = false;
    }
  }

  /** Whether Redis still has the queue: it may have been started again without its data. */
  async #checkQueue(): Promise<void> {
    const { parts, secret, onOther } = this.#options;
    if ((await parts.client.hget(parts.keys.meta, "secret")) !== secret) onOther();
  }

  #hear(news: HostNews): void {
    const { parts, host } = this.#options;
    switch (news.kind) {
      case "ready":
        void this.#ready.tell();
        break;
      case "returned":
        void this.#ready.tellReturned();
        break;
      case "stop":
        host.note("stops", { attempts: [{ id: news.id, token: news.token }] });
        break;
      case "paused":
        void parts.pauses
          .read()
          .then(() => Promise.all([unparkAll(parts), this.#ready.tell()]))
          .catch(() => {});
        break;
    }
  }

  async close(): Promise<void> {
    const { parts, connections } = this.#options;
    this.#isClosed = true;
    clearInterval(this.#chores);
    this.#ready.stop();
    this.#schedules.stop();
    parts.news.stop();
    parts.held.stop();
    await parts.placing.done();
    await Promise.all([parts.tickets.open.close(), parts.tickets.held.close()]).catch(() => {});
    for (const each of connections) each.disconnect();
  }
}

interface Claim {
  readonly pool: Pool;
  /** How many jobs it asked for, and got. */
  readonly asked: number;
  readonly brought: number;
}

/** Null where the command is no claim. */
function claimOf({ name, args }: AskedCommand, value: unknown): Claim | null {
  if (name === "claim")
    return { pool: "open", asked: args.limit, brought: (value as readonly unknown[]).length };
  if (name === "claim-quarantined")
    return { pool: "held", asked: 1, brought: value === null ? 0 : 1 };
  return null;
}
