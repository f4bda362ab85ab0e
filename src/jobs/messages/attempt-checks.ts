/** Checks for what a worker tells of its attempts. A user's task may forge it: every size is bounded. */
import {
  isCount,
  isList,
  isNumber,
  isObject,
  isText,
  isTextUpTo,
  isTime,
} from "../../channel/checks.ts";
import { fits } from "../../channel/contract.ts";
import { mostCheckpointCharacters } from "../../tasks/checkpoint.ts";
import { mostProgressCharacters } from "../../tasks/progress.ts";
import { mostLogLines } from "../../tasks/run-log.ts";
import type { AttemptReport } from "../attempt.ts";

/** Texts that were cut end with a note of how much is missing. */
const mostCutText = 5000;
const mostLineText = 600;
const mostName = 100;

/** Some 30 years: longer than any run, and short enough for the file. */
const mostSpanMs = 1e12;

export function isCheckpoint(value: unknown): value is string {
  return isText(value) && value.length <= mostCheckpointCharacters;
}

/** Whoever shows the job parses it. */
export function isProgress(value: unknown): value is string {
  if (!isText(value) || value.length > mostProgressCharacters) return false;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

/** An error of an attempt. */
export function isProblem(value: unknown): value is { type: string; detail: string } {
  return fits(value, { type: isTextUpTo(mostName), detail: isTextUpTo(mostCutText) });
}

const report = {
  executor: (value: unknown) => value === null || isTextUpTo(mostName)(value),
  queuedMs: isSpanOrNull,
  ranMs: isSpanOrNull,
  cpuMs: isSpanOrNull,
  stack: isMissingOr(isTextUpTo(mostCutText)),
  log: isMissingOr(isLog),
};

export function isReport(value: unknown): value is AttemptReport {
  return fits(value, report);
}

function isSpanOrNull(value: unknown): value is number | null {
  return value === null || (isNumber(value) && Math.abs(value) <= mostSpanMs);
}

export function isMissingOr<Value>(check: (value: unknown) => value is Value) {
  return (value: unknown): value is Value | undefined => value === undefined || check(value);
}

const line = { at: isTime, text: isTextUpTo(mostLineText) };

function isLog(value: unknown): value is AttemptReport["log"] {
  if (!isObject<{ readonly lines?: unknown; readonly dropped?: unknown }>(value)) return false;
  const { lines, dropped } = value;
  if (!isCount(dropped) || !isList<unknown>(lines) || lines.length > mostLogLines) return false;
  return lines.every((each) => fits(each, line));
}
