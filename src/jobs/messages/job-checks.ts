/**
 * Checks for jobs and endings that a worker sends. A user's task may forge them. A wrong type would
 * fail only in SQLite, and that looks like a broken file. A number that is out of bounds would be
 * kept, and nobody could list the jobs any more.
 */
import {
  type Check,
  isCount,
  isFlag,
  isList,
  isNull,
  isNumber,
  isObject,
  isOneOf,
  isSentBytes,
  isText,
  isTextList,
  isTextOrNull,
  isTextUpTo,
  isTimeOrNull,
  isWithin,
} from "../../channel/checks.ts";
import { fits } from "../../channel/contract.ts";
import type { Ended, Ending } from "../assignment.ts";
import {
  maxBatchPrerequisites,
  maxConcurrency,
  maxGroupKey,
  maxJobsAtOnce,
  maxPrerequisites,
  maxPriority,
  maxTags,
  maxUniqueKey,
} from "../limits.ts";
import type { JobKey, NewJob, Prerequisite, Webhook } from "../new-job.ts";
import { maxUrlLength } from "../webhooks/target.ts";
import { isMissingOr, isProblem, isReport } from "./attempt-checks.ts";
import type { SentJob } from "./submission.ts";

const key = { name: isText, fingerprints: isTextList };

const isConcurrency = isWithin(1, maxConcurrency);
const group = {
  key: isTextUpTo(maxGroupKey),
  concurrency: (value: unknown) => value === null || isConcurrency(value),
};

const unique = {
  key: isTextUpTo(maxUniqueKey),
  while: isOneOf("queued", "unfinished"),
  onConflict: isOneOf("return", "replace", "refuse"),
};

const mark = { name: isText, scheduledFor: isTimeOrNull };

export const isPriority = isWithin(-maxPriority, maxPriority);

const everyJob = {
  task: isText,
  input: isText,
  priority: isPriority,
  runAt: isTimeOrNull,
  maxAttempts: isCount,
  timeoutMs: isCount,
  backoffMs: isCount,
};

const parts = {
  body: isMissingOr(isNull),
  traceparent: isTextOrNull,
  key: isKeyOrNull,
  tags: areTags,
  group: (value: unknown) => value === null || fits(value, group),
  startBefore: isTimeOrNull,
  unique: (value: unknown) => value === null || fits(value, unique),
  after: arePrerequisites(maxPrerequisites),
  onFailure: isOneOf("cancel", "run"),
  onEnd: isWebhookOrNull,
  schedule: (value: unknown) => value === null || fits(value, mark),
};

/** A job that is none of a batch. */
export function isNewJob(value: unknown): value is NewJob {
  return fits(value, { ...everyJob, ...parts });
}

/** A job of a batch may come after all the others of it. */
const jobOfBatch = { ...everyJob, ...parts, after: arePrerequisites(maxBatchPrerequisites) };

/** Parts that nobody asked for are left out. */
const sentJob = {
  ...everyJob,
  ...Object.fromEntries(
    Object.entries(parts).map(([name, check]) => [name, isMissingOr(check as Check<unknown>)]),
  ),
  body: isMissingOr(isSentBytes),
};

export function isKeyOrNull(value: unknown): value is JobKey | null {
  return value === null || fits(value, key);
}

export function isWebhookOrNull(value: unknown): value is Webhook | null {
  return value === null || fits(value, { url: isTextUpTo(maxUrlLength) });
}

function areTags(value: unknown): value is readonly string[] {
  return isTextList(value) && value.length <= maxTags;
}

function arePrerequisites(most: number) {
  return (value: unknown): value is readonly Prerequisite[] =>
    isList<unknown>(value) && value.length <= most && value.every(isPrerequisite);
}

function isPrerequisite(value: unknown): boolean {
  return fits(value, { id: isText }) || fits(value, { index: isCount });
}

export function isJobList(value: unknown): value is readonly NewJob[] {
  if (!isList<unknown>(value) || value.length > maxJobsAtOnce) return false;
  return value.every((job) => fits(job, jobOfBatch));
}

export function isSentJobList(value: unknown): value is readonly SentJob[] {
  if (!isList<unknown>(value) || value.length > maxJobsAtOnce) return false;
  return value.every((job) => fits(job, sentJob));
}

const reported = { report: isMissingOr(isReport) };

/** The fields of what ended by now, by its kind. */
const endings = {
  succeeded: { result: isText, bytesAt: isMissingOr(isCount), ...reported },
  failed: { error: isProblem, retry: isFlag, pauseMs: isMissingOr(isNumber), ...reported },
  snoozed: { pauseMs: isNumber, ...reported },
  cancelled: reported,
  "handed-back": reported,
};

export function isEnding(value: unknown): value is Ending {
  return isEnded(value) || fits(value, { kind: isOneOf("at-exit"), ended: isEnded });
}

function isEnded(value: unknown): value is Ended {
  if (!isObject<{ readonly kind?: unknown }>(value)) return false;
  const { kind } = value;
  if (!isText(kind) || !Object.hasOwn(endings, kind)) return false;
  return fits(value, endings[kind as keyof typeof endings]);
}
