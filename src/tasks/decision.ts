/**
 * What a task decides about its run, by the error that it throws. The message of such an error is
 * written for clients. That of any other error may have paths and secrets.
 */
import { type Fault, propertyOf, restoreError, toFault } from "../errors.ts";

/** How soon a snoozed job may be run again: a task must not keep the queue busy with itself. */
export const shortestSnoozeMs = 100;

/** The longest pause that a task may ask for. */
export const longestPauseMs = 365 * 24 * 3_600_000;

/** `code` is what the task calls the error, for programs. */
export type Decision =
  /** It failed, as with any error. */
  | { readonly kind: "fail"; readonly code?: string | undefined }
  /** Another attempt would end the same way. */
  | { readonly kind: "no-retry"; readonly code?: string | undefined }
  /** The attempt failed. The next one is to start after this pause. */
  | { readonly kind: "retry-after"; readonly ms: number; readonly code?: string | undefined }
  /** It was too early. The attempt does not count. */
  | { readonly kind: "snooze"; readonly ms: number }
  /** The input is not valid at this place, a JSON Pointer. */
  | { readonly kind: "refuse-input"; readonly path: string };

/** The same in every copy of the package. */
const brand = Symbol.for("manycore.decision");

/**
 * Makes an error that fails the job at once, however many attempts are left:
 * `throw noRetry("there is no such customer")`. A live run answers as after any other error.
 *
 * @throws TypeError if the message is no text
 */
export function noRetry(message: string, options?: ErrorOptions): Error {
  const name = "noRetry(message)";
  requireMessage(message, name);
  return decided(message, { kind: "no-retry" }, noRetry, options);
}

/**
 * Makes an error after which the job is tried again in `ms`, and not after its back-off:
 * `throw retryAfter(5000, "rate limited")`. The attempt counts. A live run answers 503 with
 * Retry-After.
 *
 * @param ms from 0 to a year
 * @throws TypeError, RangeError for other arguments
 */
export function retryAfter(ms: number, message: string, options?: ErrorOptions): Error {
  const name = "retryAfter(ms, message)";
  const whole = requireMs(ms, 0, name);
  requireMessage(message, name);
  return decided(message, { kind: "retry-after", ms: whole }, retryAfter, options);
}

/**
 * Makes an error that puts the job off: it runs again in `ms`, the attempt does not count, and the
 * job has no error: `throw snooze(60_000, "the report is not there yet")`. A live run answers 503
 * with Retry-After.
 *
 * @param ms from 100 to a year
 * @throws TypeError, RangeError for other arguments
 */
export function snooze(ms: number, message = "", options?: ErrorOptions): Error {
  const name = "snooze(ms, message)";
  const whole = requireMs(ms, shortestSnoozeMs, name);
  requireMessage(message, name);
  return decided(message, { kind: "snooze", ms: whole }, snooze, options);
}

/** What a thrown value decides; undefined if it is any other error. Never throws. */
export function decisionOf(thrown: unknown): Decision | undefined {
  const decision = propertyOf(thrown, brand);
  return isDecision(decision) ? decision : undefined;
}

/** Gives an error a decision. */
export function withDecision<Kind extends Error>(error: Kind, decision: Decision): Kind {
  return Object.defineProperty(error, brand, { value: decision });
}

/** The error of a task on its way to another thread: its text, and what it decided. */
export interface TaskFault extends Fault {
  readonly decision: Decision | undefined;
}

export function toTaskFault(thrown: unknown): TaskFault {
  return { ...toFault(thrown), decision: decisionOf(thrown) };
}

/** The error of a fault, as far as it was kept. */
export function restoreTaskError({ decision, ...fault }: TaskFault): Error {
  const error = restoreError(fault);
  return decision ? withDecision(error, decision) : error;
}

/** Its other properties may be anything: a task could forge it. */
function isDecision(value: unknown): value is Decision {
  const [kind, ms, code] = ["kind", "ms", "code"].map((name) => propertyOf(value, name));
  if (code !== undefined && typeof code !== "string") return false;
  if (kind === "fail" || kind === "no-retry") return true;
  if (kind === "refuse-input") return typeof propertyOf(value, "path") === "string";
  return (kind === "retry-after" || kind === "snooze") && Number.isFinite(ms) && Number(ms) >= 0;
}

/** Its stack begins where the task made it. */
function decided(
  message: string,
  decision: Decision,
  maker: (...args: never[]) => Error,
  options: ErrorOptions | undefined,
): Error {
  const error = new Error(message, options);
  Error.captureStackTrace(error, maker);
  return withDecision(error, decision);
}

/**
 * @param name of what was called, for the error
 * @param field the name of the number there
 * @returns whole milliseconds
 */
export function requireMs(ms: number, least: number, name: string, field = "ms"): number {
  if (typeof ms !== "number") {
    throw new TypeError(`${name}: ${field} must be a number of milliseconds, not ${typeOf(ms)}`);
  }
  if (ms >= least && ms <= longestPauseMs) return Math.ceil(ms);
  const most = `${longestPauseMs} (365 days)`;
  throw new RangeError(`${name}: ${field} must be from ${least} to ${most}, not ${ms}`);
}

/** @param name of what was called, for the error */
export function requireMessage(message: string, name: string): void {
  if (typeof message === "string") return;
  throw new TypeError(`${name}: the message must be a text that says why, not ${typeOf(message)}`);
}

export function typeOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return `a value of type ${typeof value}`;
}
