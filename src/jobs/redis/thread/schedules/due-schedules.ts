import type { ScheduleNews } from "../../../schedules/schedule-news.ts";
import type { Parts } from "../parts.ts";
import { makeDue } from "./due-jobs.ts";
import { dueSchedulesKey } from "./schedule-record.ts";

/** Schedules that are looked at together. */
const mostAtOnce = 50;

/** Chores look more often than that. */
const longestTimer = 60_000;

export interface DueSchedulesOptions {
  readonly parts: Parts;
  /** Times were missed, or cannot be computed. */
  readonly onNews: (news: readonly ScheduleNews[]) => void;
}

/**
 * Makes the jobs of schedules that are due. Every host looks: at each chore, and when the next one is
 * due. The jobs of a time and the step to the next time are one change, which the first host makes;
 * the others find it done.
 *
 * BullMQ's job schedulers are not used. They make the next job when a worker takes the one before, so
 * times that were missed get one job and no `catchUp` decides; they have no `overlap`, and no check of
 * the zone before a pattern is put.
 */
export class DueSchedules {
  readonly #options: DueSchedulesOptions;
  #timer: NodeJS.Timeout | undefined;
  #isBusy = false;
  #isWanted = false;
  #isStopped = false;

  constructor(options: DueSchedulesOptions) {
    this.#options = options;
  }

  /** What is asked for meanwhile is one more look. */
  async look(): Promise<void> {
    this.#isWanted = true;
    if (this.#isBusy || this.#isStopped) return;
    this.#isBusy = true;
    try {
      while (this.#isWanted && !this.#isStopped) {
        this.#isWanted = false;
        await this.#makeAll();
        await this.#lookAgain();
      }
    } catch {
      // Redis is away. The next chores look again.
    } finally {
      this.#isBusy = false;
    }
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** What has become due last goes first: a schedule that catches up makes no other one late. */
  async #makeAll(): Promise<void> {
    const { parts, onNews } = this.#options;
    const { client, keys, clock } = parts;
    const due = dueSchedulesKey(keys);
    for (let isMore = true; isMore && !this.#isStopped; ) {
      const limit = ["LIMIT", 0, mostAtOnce] as const;
      const names = await client.zrevrangebyscore(due, clock.now(), "-inf", ...limit);
      const all = await Promise.all(names.map((name) => makeDue(parts, name)));
      const made = all.filter((each) => each !== null);
      const news = made.flatMap((each) => each.news ?? []);
      if (news.length > 0) onNews(news);
      isMore = made.length > 0;
    }
  }

  async #lookAgain(): Promise<void> {
    const { client, keys, clock } = this.#options.parts;
    const now = clock.now();
    const after = [`(${now}`, "+inf", "WITHSCORES", "LIMIT", 0, 1] as const;
    const [, next] = await client.zrangebyscore(dueSchedulesKey(keys), ...after);
    clearTimeout(this.#timer);
    if (next === undefined || this.#isStopped) return;
    const ms = Math.min(longestTimer, Number(next) - now + 1);
    this.#timer = setTimeout(() => void this.look(), ms);
  }
}
