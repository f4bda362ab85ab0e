/** The times of a schedule. Pure: whoever asks brings the time. All times are ms since 1970. */
import { cronTimes } from "./cron.ts";

/** When a schedule is due: by a cron pattern in a time zone, or at a fixed interval. */
export interface Timing {
  /** A valid cron pattern; null where `everyMs` is set. */
  readonly cron: string | null;
  readonly everyMs: number | null;
  /** The zone of the cron pattern, an IANA name that `Intl` knows. */
  readonly timeZone: string;
  /** No time before it. An interval begins with it. */
  readonly startAt: number | null;
  /** No time after it. */
  readonly endAt: number | null;
}

/** An endless or a finite row of times that grow. */
export interface Times {
  /** @returns the first time after this one; null if there is none */
  next(after: number): number | null;
}

/** @param anchor where an interval without `startAt` begins: one interval after it */
export function timesOf(
  { cron, everyMs, timeZone, startAt, endAt }: Timing,
  anchor: number,
): Times {
  const all =
    cron === null ? intervalTimes(everyMs ?? 0, startAt ?? anchor) : cronTimes(cron, timeZone);
  return {
    next(after) {
      const time = all.next(startAt === null ? after : Math.max(after, startAt - 1));
      return time === null || (endAt !== null && time > endAt) ? null : time;
    },
  };
}

function intervalTimes(everyMs: number, first: number): Times {
  return {
    next(after) {
      if (after < first) return first;
      return first + (Math.floor((after - first) / everyMs) + 1) * everyMs;
    },
  };
}

/** The first times after this one, at most this many. */
export function listNext(times: Times, after: number, most: number): number[] {
  const found: number[] = [];
  let last = after;
  while (found.length < most) {
    const next = times.next(last);
    if (next === null) break;
    found.push(next);
    last = next;
  }
  return found;
}

/** A search in steps, each of which asks for few times. It can go on later from where it was. */
export type Steps<Value> = Generator<undefined, Value, undefined>;

/** Takes all steps at once. */
export function takeAllSteps<Value>(steps: Steps<Value>): Value {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * The last times after `after` and up to `upTo`, at most this many, oldest first. It takes a number of
 * steps that grows with the logarithm of the range, so years that were missed cost little.
 *
 * @param guessMs how far apart two times are likely to be
 */
export function* listNewest(
  times: Times,
  after: number,
  upTo: number,
  most: number,
  guessMs = 1000,
): Steps<number[]> {
  const found: number[] = [];
  let end = upTo;
  let spanMs = guessMs;
  while (found.length < most) {
    const time = yield* findNewest(times, after, end, spanMs);
    if (time === null) break;
    // The times before it are likely to be as far apart.
    spanMs = Math.max(1000, (found[0] ?? end) - time);
    found.unshift(time);
    end = time - 1;
  }
  return found;
}

/** @param spanMs how far back to look first; it doubles until there is a time */
function* findNewest(
  times: Times,
  after: number,
  upTo: number,
  spanMs: number,
): Steps<number | null> {
  let low = upTo;
  let time: number | null = null;
  for (let span = spanMs; !isUpTo(time, upTo); span *= 2) {
    if (low <= after) return null;
    low = Math.max(after, upTo - span);
    time = times.next(low);
    yield;
  }
  return yield* findLast(times, time, upTo);
}

/** Halves the range between a time and `upTo` until no other time is in it. */
function* findLast(times: Times, from: number, upTo: number): Steps<number> {
  let last = from;
  let high = upTo;
  for (;;) {
    const next = times.next(last);
    if (!isUpTo(next, upTo)) return last;
    const middle = Math.floor((next + high) / 2);
    const later = times.next(middle);
    if (isUpTo(later, upTo)) {
      last = later;
    } else {
      last = next;
      high = middle;
    }
    yield;
  }
}

function isUpTo(time: number | null, upTo: number): time is number {
  return time !== null && time <= upTo;
}
