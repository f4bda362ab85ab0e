/** Messages between a worker and the primary about the runs that a watcher sees (seen.ts). */
import {
  isCount,
  isFlag,
  isList,
  isNumber,
  isNumberOrNull,
  isOneOf,
  isTextUpTo,
  isWithin,
} from "../../channel/checks.ts";
import { fits, type Side } from "../../channel/contract.ts";
import type { SeenGroup, SeenRun } from "./seen.ts";

/** The most of each kind in one note. A recorder sends far fewer: it groups them. */
export const mostInNote = 5000;

/** A thread that has ended in a worker. */
export interface SeenThreadEnd {
  readonly at: number;
  readonly reason: "crashed" | "interrupted" | "memory";
}

/** What the primary takes. It only carries the runs: control checks each (`areRuns`, `areGroups`). */
export const watchingSide = {
  calls: {},
  notes: {
    /** The worker is up. If somebody watches, it wants to know. */
    join: {},
    /** At most about ten a second. */
    seen: {
      runs: isBounded<SeenRun>,
      groups: isBounded<SeenGroup>,
      threadEnds: areThreadEnds,
    },
  },
} satisfies Side;

/** What a worker takes. */
export const watchedSide = {
  calls: {},
  notes: {
    /** Whether somebody watches. */
    watch: { isOn: isFlag },
  },
} satisfies Side;

const isName = isTextUpTo(64);
const isRow = isWithin(0, 65_535);
const isLane = isOneOf("live", "jobs");
const orNull = (check: (value: unknown) => boolean) => (value: unknown) =>
  value === null || check(value);

const run = {
  run: isCount,
  row: isRow,
  thread: orNull(isCount),
  task: isName,
  lane: isLane,
  executor: isName,
  job: orNull(isTextUpTo(128)),
  attempt: orNull(isCount),
  isBorrowed: isFlag,
  acceptedAt: isNumber,
  startedAt: isNumber,
  endedAt: isNumberOrNull,
  cpuMs: isNumberOrNull,
  outcome: orNull(isName),
} satisfies Record<keyof SeenRun, (value: unknown) => boolean>;

const group = {
  row: isRow,
  task: isName,
  lane: isLane,
  count: isCount,
  failed: isCount,
  from: isNumber,
  to: isNumber,
  busyMs: isNumber,
  longestMs: isNumber,
  queuedMs: isNumber,
} satisfies Record<keyof SeenGroup, (value: unknown) => boolean>;

const threadEnd = { at: isNumber, reason: isOneOf("crashed", "interrupted", "memory") };

export function areRuns(value: unknown): value is readonly SeenRun[] {
  return isBounded(value) && value.every((one) => fitsAll(one, run));
}

export function areGroups(value: unknown): value is readonly SeenGroup[] {
  return isBounded(value) && value.every((one) => fitsAll(one, group));
}

function areThreadEnds(value: unknown): value is readonly SeenThreadEnd[] {
  return isBounded(value) && value.every((one) => fits(one, threadEnd));
}

function isBounded<Item>(value: unknown): value is readonly Item[] {
  return isList(value) && value.length <= mostInNote;
}

/** The same fields, and no others: what is kept and sent on has a bounded size. */
function fitsAll(
  value: unknown,
  fields: Readonly<Record<string, (value: unknown) => boolean>>,
): boolean {
  if (typeof value !== "object" || value === null) return false;
  const entries = Object.entries(value);
  if (entries.length !== Object.keys(fields).length) return false;
  return entries.every(([name, each]) => Object.hasOwn(fields, name) && fields[name]?.(each));
}
