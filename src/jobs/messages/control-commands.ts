/**
 * What is asked of the queue by hand (control.ts), between worker and primary, and between primary and
 * store. A user's task may forge what a worker sends, so every field is checked.
 */
import {
  type Check,
  isCount,
  isFlag,
  isList,
  isObject,
  isText,
  isTextList,
  isTextOrNull,
  isTimeOrNull,
} from "../../channel/checks.ts";
import { fits } from "../../channel/contract.ts";
import type {
  Changed,
  ExpectedVersions,
  JobChange,
  ManyChanged,
  Paused,
  Removal,
  Selection,
} from "../control.ts";
import { type JobListing, jobStates } from "../job.ts";
import { maxListLimit } from "../limits.ts";
import { type BulkAction, bulkActions } from "../transitions/by-hand.ts";
import type { Attempt } from "./attempt.ts";
import { isPriority } from "./job-checks.ts";

function isOptional(check: (value: unknown) => boolean) {
  return (value: unknown): value is unknown => value === undefined || check(value);
}

const isStateList = (value: unknown) =>
  isTextList(value) &&
  value.length > 0 &&
  new Set(value).size === value.length &&
  value.every((each) => (jobStates as readonly string[]).includes(each));

const filter = {
  states: isOptional(isStateList),
  task: isOptional(isText),
  tag: isOptional(isText),
  group: isOptional(isText),
  batch: isOptional(isText),
  schedule: isOptional(isText),
  createdAfter: isOptional(Number.isSafeInteger),
  createdBefore: isOptional(Number.isSafeInteger),
};

const listing = {
  ...filter,
  limit: (value: unknown): value is number => isCount(value) && value > 0 && value <= maxListLimit,
  cursor: isOptional(isText),
};

export function isListing(value: unknown): value is JobListing {
  return fits(value, listing);
}

const changeFields = {
  priority: isOptional(isPriority),
  runAt: isOptional(isTimeOrNull),
};

function isChange(value: unknown): value is JobChange {
  return fits(value, changeFields);
}

function isAction(value: unknown): value is BulkAction {
  return (bulkActions as readonly unknown[]).includes(value);
}

const isSelection: Check<Selection> = isListing;

/** Of no use to anyone, and a list that costs time. */
const mostVersions = 10_000;

function isVersions(value: unknown): value is ExpectedVersions | undefined {
  if (value === undefined) return true;
  return isList<unknown>(value) && value.length <= mostVersions && value.every(isCount);
}

const id = { id: isText };

/** A job, as the client knows it. */
export const knownJob = { ...id, expected: isVersions };

const { retry, change, input } = {
  retry: { args: knownJob, answer: isObject<Changed> },
  change: { args: { ...knownJob, change: isChange }, answer: isObject<Changed> },
  input: { args: id, answer: isTextOrNull },
};
const setPaused = { args: { task: isTextOrNull, isPaused: isFlag }, answer: isObject<Paused> };
const paused = { args: {}, answer: isObject<Paused> };
const many = { action: isAction, selection: isSelection };

/** What a worker asks of the primary, which passes it on to the store. */
export const passedControlCalls = { retry, change, input, paused };

/** What a worker asks of the primary, which does a part of it: it stops what runs. */
export const controlCalls = {
  remove: { args: knownJob, answer: isObject<Removal> },
  "change-many": { args: many, answer: isObject<ManyChanged> },
  "set-paused": setPaused,
};

/** What the primary asks of the store: `stops` are the attempts that are to end now. */
export const controlWrites = {
  ...{ retry, change },
  remove: {
    args: knownJob,
    answer: isObject<{ readonly removal: Removal; readonly stops: readonly Attempt[] }>,
  },
  "change-many": {
    args: many,
    answer: isObject<ManyChanged & { readonly stops: readonly Attempt[] }>,
  },
  "set-paused": setPaused,
};

export const controlReads = { input, paused };
