/**
 * Checks for jobs and endings that a worker sends. A user's task may forge them. A wrong type would
 * fail only in SQLite, and that looks like a broken file.
 */
import {
  isCount,
  isFlag,
  isList,
  isNumber,
  isNumberOrNull,
  isObject,
  isText,
  isTextList,
  isTextOrNull,
} from "../../channel/checks.ts";
import { fits } from "../../channel/contract.ts";
import type { Ending, NewJob } from "../job.ts";

const key = { name: isText, fingerprints: isTextList };

const newJob = {
  task: isText,
  input: isText,
  priority: isNumber,
  runAt: isNumberOrNull,
  maxAttempts: isNumber,
  timeoutMs: isNumber,
  backoffMs: isNumber,
  traceparent: isTextOrNull,
  key: (value: unknown) => value === null || fits(value, key),
};

export function isJobList(value: unknown): value is readonly NewJob[] {
  return isList<unknown>(value) && value.every((job) => fits(job, newJob));
}

const problem = { type: isText, detail: isText };

/** The fields of an ending, by its kind. */
const endings = {
  succeeded: { result: isText, bytesAt: (value: unknown) => value === undefined || isCount(value) },
  failed: { error: (value: unknown) => fits(value, problem), retry: isFlag },
  cancelled: {},
  "handed-back": {},
  "at-exit": { ended: isEnding },
};

export function isEnding(value: unknown): value is Ending {
  if (!isObject<{ readonly kind?: unknown }>(value)) return false;
  const { kind } = value;
  if (!isText(kind) || !Object.hasOwn(endings, kind)) return false;
  return fits(value, endings[kind as keyof typeof endings]);
}
