/** What a host tells those who watch it on other hosts: its format, and the check of it. */
import {
  type Check,
  isCount,
  isFlag,
  isList,
  isNumber,
  isNumberOrNull,
  isObject,
  isOneOf,
  isTextUpTo,
  orNull,
} from "../../../../channel/checks.ts";
import { type ChecksOf, fits } from "../../../../channel/contract.ts";
import { areGroups, areRuns } from "../../../../telemetry/watch/contract.ts";
import type {
  SeenFigures,
  SeenItem,
  SeenMark,
  SeenPace,
  SeenRunsOf,
  SeenStart,
  SeenWorker,
} from "../../../../telemetry/watch/seen.ts";

/** The most of a message, in characters. */
export const longestTold = 1024 * 1024;

/** One message. Items come in the order in which they were seen. */
export interface ToldLanes {
  /** With all that is kept as items: a new watcher begins with it. Without, they are news. */
  readonly server: SeenStart["server"] | null;
  /** Ms since 1970, by the clock of the host. */
  readonly at: number;
  readonly items: readonly SeenItem[];
  /** How many items were left out before these. */
  readonly missed: number;
}

const isName = isTextUpTo(256);
const mostItems = 50_000;
const mostWorkers = 2048;

const runsOf = {
  ...{ worker: isCount, life: isCount, pid: isCount },
  ...{ runs: areRuns, groups: areGroups },
} satisfies ChecksOf<SeenRunsOf>;

const mark = {
  at: isNumber,
  kind: isOneOf("forked", "ready", "ended", "reload", "reloaded", "reload-failed", "thread-ended"),
  ...{ worker: orNull(isCount), life: orNull(isCount), reason: orNull(isName) },
} satisfies ChecksOf<SeenMark>;

const delays = { p50: isNumber, p99: isNumber, max: isNumber };

const worker = {
  ...{ worker: isCount, life: isCount, pid: orNull(isCount) },
  stage: isOneOf("booting", "ready", "leaving"),
  ...{ slots: isNumber, busySlots: isNumber, pending: isNumber, connections: isNumber },
  ...{ runsPerSecond: isNumber, cores: isNumberOrNull, rssBytes: isNumber, ageMs: isNumberOrNull },
  loopDelayMs: (value) => fits(value, delays),
} satisfies ChecksOf<SeenWorker>;

const quantiles = { p50: isNumber, p99: isNumber };
const areQuantiles = orNull((value): value is SeenPace["ranMs"] & object => fits(value, quantiles));

const pace = {
  ...{ perSecond: isNumber, refusedPerSecond: isNumber },
  ...{ queuedMs: areQuantiles, ranMs: areQuantiles },
} satisfies ChecksOf<SeenPace>;

const jobs = { queued: isNumber, running: isNumber };

const figures = {
  ...{ at: isNumber, pending: isNumber, maxPending: isNumber },
  workers: (value): value is readonly SeenWorker[] =>
    isList<unknown>(value) &&
    value.length <= mostWorkers &&
    value.every((one) => fits(one, worker)),
  runs: (value) => fits(value, pace),
  jobs: orNull((value) => fits(value, jobs)),
} satisfies ChecksOf<SeenFigures>;

const server = {
  ...{ version: isName, node: isName, pid: isCount, mode: isName, executor: isName },
  ...{ url: isName, hasJobs: isFlag, startedAt: isNumber },
} satisfies ChecksOf<SeenStart["server"]>;

const told = {
  server: orNull((value) => fits(value, server)),
  ...{ at: isNumber, missed: isCount },
  items: (value: unknown): value is readonly unknown[] =>
    isList(value) && value.length <= mostItems,
};

const dataOf: Readonly<Record<SeenItem["event"], Check<unknown>>> = {
  runs: (value): value is SeenRunsOf => fits(value, runsOf),
  figures: (value): value is SeenFigures => fits(value, figures),
  mark: (value): value is SeenMark => fits(value, mark),
};

/** @param items each as JSON text */
export function writeLanes(
  server: SeenStart["server"] | null,
  at: number,
  items: string,
  missed: number,
): string {
  return `{"server":${JSON.stringify(server)},"at":${at},"missed":${missed},"items":${items}}`;
}

/**
 * Reads a message. The host may be of another version: items that are not known here are left out.
 *
 * @returns undefined where it is no message
 */
export function readLanes(text: string): ToldLanes | undefined {
  if (text.length > longestTold) return undefined;
  const read = parse(text);
  return fits(read, told) ? { ...read, items: read.items.filter(isItem) } : undefined;
}

function isItem(value: unknown): value is SeenItem {
  if (!isObject<Partial<SeenItem>>(value)) return false;
  const { event, data } = value;
  return event !== undefined && Object.hasOwn(dataOf, event) && dataOf[event](data);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
