/** The rules of what a schedule does when it is due. They are pure, and the same with every queue. */
import { listNewest, type Steps, type Times, type Timing, timesOf } from "./times.ts";

/** What becomes of times that were missed: no job, one job for the newest of them, or one for each. */
export const catchUps = ["skip", "one", "all"] as const;
export type CatchUp = (typeof catchUps)[number];

/** Whether a job is made while the job of the time before has not ended. */
export const overlaps = ["allow", "skip"] as const;
export type Overlap = (typeof overlaps)[number];

/** A time is missed if the server comes to it by more than this too late. */
export const lateMs = 10_000;

/** With `all`, at most this many of the missed times get a job, the newest ones. */
export const maxCaughtUp = 100;

/** What is to be done now. */
export interface DueTimes {
  /** The times that get a job, oldest first. */
  readonly times: readonly number[];
  /** When the schedule is due again; null for never. */
  readonly nextAt: number | null;
}

/**
 * The times from `dueAt` until now that get a job. Those of the last moments always do: a busy server
 * may be a little late. If the server comes to any of them too late, `catchUp` decides.
 *
 * @param dueAt the first time that has not been dealt with, at most `now`
 */
export function* planDue(
  times: Times,
  catchUp: CatchUp,
  dueAt: number,
  now: number,
): Steps<DueTimes> {
  const isLate = dueAt < now - lateMs;
  const second = times.next(dueAt);
  if (second === null || second > now) {
    return { times: isLate && catchUp === "skip" ? [] : [dueAt], nextAt: second };
  }
  const since = isLate && catchUp === "skip" ? now - lateMs - 1 : dueAt - 1;
  const most = isLate && catchUp === "one" ? 1 : maxCaughtUp;
  const newest = yield* listNewest(times, since, now, most, second - dueAt);
  return { times: newest, nextAt: times.next(now) };
}

/** What a schedule keeps of its course. */
export interface Course {
  /** Where its interval begins, unless it has a `startAt`. */
  readonly anchor: number;
  /** When it is due next; null for never. */
  readonly nextAt: number | null;
  /** Until when it has been dealt with; null before the first time that was due. */
  readonly lastAt: number | null;
}

/** The parts of a schedule that decide when it is due. */
export type Pace = Timing & { readonly enabled: boolean };

/**
 * The course of a schedule that a client has put. The same times again change nothing: a time that is
 * due stays due. Other times begin now. A time that was dealt with does not come again after the clock
 * was set back, as long as the times are the same.
 *
 * @param before the schedule that it replaces
 */
export function setCourse(
  pace: Pace,
  before: { readonly pace: Pace; readonly course: Course } | null,
  now: number,
): Course {
  const kept = before && isSameTiming(before.pace, pace) ? before : null;
  const anchor = kept?.course.anchor ?? now;
  const lastAt = before?.course.lastAt ?? null;
  if (kept?.pace.enabled && pace.enabled) return { anchor, lastAt, nextAt: kept.course.nextAt };
  if (!pace.enabled) return { anchor, lastAt, nextAt: null };
  const after = kept ? Math.max(now, lastAt ?? now) : now;
  return { anchor, lastAt, nextAt: timesOf(pace, anchor).next(after) };
}

function isSameTiming(one: Timing, other: Timing): boolean {
  const parts = ["cron", "everyMs", "timeZone", "startAt", "endAt"] as const;
  return parts.every((part) => one[part] === other[part]);
}
