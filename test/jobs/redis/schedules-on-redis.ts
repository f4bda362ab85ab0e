import { Redis } from "ioredis";
import { pino } from "pino";
import { parseRedisUrl } from "../../../src/config/redis-location.ts";
import type { Job } from "../../../src/jobs/job.ts";
import { QueueHost } from "../../../src/jobs/primary/host.ts";
import { storeOnRedis } from "../../../src/jobs/redis/store-module.ts";
import type {
  NewSchedule,
  ScheduleRules,
  WholeSchedule,
} from "../../../src/jobs/schedules/schedule.ts";
import type { QueueOverChannel } from "../../../src/jobs/worker/client.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";
import { yearly } from "../../contracts/schedules.ts";
import { HostedQueue } from "../../helpers/hosted-queue.ts";
import type { RedisServer } from "../../helpers/redis-server.ts";

export const hour = 3_600_000;

let names = 0;

/** A queue in Redis whose servers come and go, and whose schedules a test may change by hand. */
export class SchedulesOnRedis implements AsyncDisposable {
  /** What all its servers have logged: warnings and errors. */
  readonly lines: { readonly msg: string; readonly jobs?: number }[] = [];
  readonly #name = `schedules-${process.pid}-${++names}`;
  readonly #client: Redis;
  readonly #redis: RedisServer;
  readonly #maxQueued: number;
  #server: HostedQueue | undefined;
  queue!: QueueOverChannel;

  constructor(redis: RedisServer, maxQueued = 1_000_000) {
    this.#redis = redis;
    this.#maxQueued = maxQueued;
    this.#client = new Redis(redis.port, "127.0.0.1");
  }

  /** One more server of the same queue. The caller closes it. */
  async openOne(): Promise<HostedQueue> {
    const location = parseRedisUrl(`${this.#redis.url}?name=${this.#name}`);
    if (!location.ok) throw new Error(location.reason);
    const options = { retentionMs: hour, maxQueued: this.#maxQueued };
    const store = storeOnRedis(location.value, options);
    const write = (line: string) => void this.lines.push(JSON.parse(line));
    const log = pino({ level: "warn", base: null }, { write });
    const host = await QueueHost.open({ store, workers: 1, webhooks: null, log });
    return new HostedQueue(host, () => {});
  }

  /** Opens the only server. */
  async open(): Promise<void> {
    this.#server = await this.openOne();
    this.queue = this.#server.worker().queue;
  }

  async close(): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
    this.#server = undefined;
  }

  async put(
    rules: Partial<ScheduleRules>,
    job: Partial<NewSchedule["job"]> = {},
    name = "yearly",
  ): Promise<void> {
    const merged = { ...yearly, name, job: { ...plainJob, ...job } };
    const put = { ...merged, rules: { ...yearly.rules, ...rules } };
    const { kind } = await this.queue.schedules.put(put, { versions: null, isNew: false });
    if (kind !== "made" && kind !== "replaced") throw new Error(`It was not put: ${kind}`);
  }

  /**
   * As if it had been put, and last dealt with, so long ago. It is due at once, if it is due every
   * hour.
   */
  async setBack(ms: number, timeZone = "UTC", name = "yearly"): Promise<void> {
    const [key, due] = [`{${this.#name}}:schedule:${name}`, `{${this.#name}}:schedules:due`];
    const record = JSON.parse((await this.#client.hget(key, "j")) ?? "");
    const anchor = record.createdAt - ms;
    const nextAt = anchor + hour;
    const rules = { ...record.rules, timeZone };
    const moved = { ...record, rules, course: { ...record.course, anchor, nextAt } };
    await this.#client.hset(key, "j", JSON.stringify(moved));
    await this.#client.zadd(due, nextAt, name);
  }

  /** Fills the list of schedules with names that there are none of. */
  async addNames(count: number): Promise<void> {
    const members = Array.from({ length: count }, (_, index) => [0, `n${index}`]).flat();
    await this.#client.zadd(`{${this.#name}}:schedules`, ...members);
  }

  async schedule(name = "yearly"): Promise<WholeSchedule> {
    const found = await this.queue.schedules.find(name);
    if (!found) throw new Error(`There is no schedule ${name}`);
    return found;
  }

  /** Resolves with the schedule when no time of before now is left. */
  async caughtUp(name = "yearly"): Promise<WholeSchedule> {
    for (;;) {
      const found = await this.schedule(name);
      if ((found.course.nextAt ?? Number.POSITIVE_INFINITY) > Date.now()) return found;
    }
  }

  /** The jobs of schedules, oldest first. */
  async jobs(queue = this.queue): Promise<Job[]> {
    const { jobs } = await queue.jobs.list({ limit: 1000 });
    return jobs.filter(({ schedule }) => schedule !== null).reverse();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    this.#client.disconnect();
  }
}
