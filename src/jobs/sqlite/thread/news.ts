import type { FoundBatch } from "../../batch.ts";
import type { Found } from "../../job.ts";
import type { Attempt } from "../../messages/commands.ts";
import type { ScheduleNews } from "../../schedules/schedule-news.ts";
import type { StoreParts } from "./store-parts.ts";

/** What the primary hears after a group of commands. */
export interface News {
  /** The watched jobs that have changed. */
  readonly jobs: readonly { readonly id: string; readonly found: Found }[];
  /** The watched batches that have changed. */
  readonly batches: readonly { readonly id: string; readonly found: FoundBatch }[];
  /** The attempts to stop. */
  readonly stops: readonly Attempt[];
  /** Whether there are new deliveries. */
  readonly hasDeliveries: boolean;
  readonly schedules: readonly ScheduleNews[];
}

export const noNews: News = {
  ...{ jobs: [], batches: [], stops: [], schedules: [] },
  hasDeliveries: false,
};

/** @returns what is new since the last call */
export function takeNews(parts: StoreParts): News {
  const { watched, watchedBatches, stops, deliveries, schedules, reader, batches, ids } = parts;
  const jobs = watched.takeChanged().map((seq) => {
    return { id: ids.idOf(seq), found: reader.findRow(seq) };
  });
  const changed = watchedBatches.takeChanged().map((seq) => {
    return { id: ids.batchIdOf(seq), found: batches.find(seq) };
  });
  const attempts = stops.take().map(({ seq, token }) => ({ id: ids.idOf(seq), token }));
  return {
    ...{ jobs, batches: changed, stops: attempts },
    hasDeliveries: deliveries.takeNew(),
    schedules: schedules.due.news.take(),
  };
}
