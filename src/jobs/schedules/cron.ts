/** Cron patterns: which are valid, and when they are due. Of croner only its times are used, no timers. */
import { Cron, CronPattern } from "croner";
import { messageOf } from "../../errors.ts";
import type { Times } from "./times.ts";

/** Characters of a pattern. */
export const maxCronLength = 200;

/** A pattern without a time in this many years is never due. 29 February on a Monday takes up to 40. */
export const yearsAhead = 40;

const minuteMs = 60_000;

const nicknames: ReadonlyMap<string, string> = new Map([
  ["@yearly", "0 0 1 1 *"],
  ["@annually", "0 0 1 1 *"],
  ["@monthly", "0 0 1 * *"],
  ["@weekly", "0 0 * * 0"],
  ["@daily", "0 0 * * *"],
  ["@midnight", "0 0 * * *"],
  ["@hourly", "0 * * * *"],
]);

const shape =
  'must have 5 fields (minute hour day month weekday), or 6 with the second first, such as "*/5 * * * *"';

/** @returns what is wrong with a pattern; undefined for a valid one */
export function findCronFault(pattern: string): string | undefined {
  if (pattern.length > maxCronLength) return `must have at most ${maxCronLength} characters`;
  const fields = fieldsOf(pattern);
  if (fields.length !== 6) {
    const names = [...nicknames.keys()].join(", ");
    return pattern.includes("@") ? `${shape}; or be one of ${names}` : shape;
  }
  try {
    new CronPattern(fields.join(" "));
    return undefined;
  } catch (error) {
    return `${shape}: ${messageOf(error).replace(/^CronPattern: /, "")}`;
  }
}

/**
 * The times of a valid pattern in a zone. Where clocks are set (daylight saving) croner's rules hold:
 * a pattern with `*` or a step in second, minute or hour goes by elapsed time, so it skips an hour that
 * does not exist and runs through an hour that comes twice. Any other pattern names times of day: one
 * that does not exist is due when the clocks have been set, one that comes twice is due the first time.
 */
export function cronTimes(pattern: string, timeZone: string): Times {
  const fields = fieldsOf(pattern);
  const [second = "0", ...others] = fields;
  const isWild = fields.slice(0, 3).some((field) => /[*?/]/.test(field));
  if (!isWild || /^\d+$/.test(second)) return { next: searchOf(fields, timeZone) };
  // The step keeps it a pattern that goes by elapsed time.
  const minutes = searchOf(["0-0/1", ...others], timeZone);
  return bySecond(minutes, secondsOf(fields));
}

/** Always 6 fields where the pattern is valid. */
function fieldsOf(pattern: string): readonly string[] {
  const fields = (nicknames.get(pattern.trim().toLowerCase()) ?? pattern).match(/\S+/g) ?? [];
  return fields.length === 5 ? ["0", ...fields] : fields;
}

function secondsOf(fields: readonly string[]): readonly number[] {
  return new CronPattern(fields.join(" ")).second.flatMap((isSet, second) =>
    isSet ? [second] : [],
  );
}

/** The years keep the search short: croner would look a thousand years ahead. */
function searchOf(fields: readonly string[], timeZone: string): Times["next"] {
  // With an offset, croner computes UTC without Intl, which would take most of the time.
  const zone = timeZone === "UTC" ? { utcOffset: 0 } : { timezone: timeZone };
  let cron: Cron | undefined;
  let builtFor = 0;
  return (after) => {
    const year = new Date(after).getUTCFullYear();
    if (!cron || year !== builtFor) {
      const pattern = [...fields, `${year - 1}-${year + yearsAhead}`].join(" ");
      cron = new Cron(pattern, { ...zone, fixedTimeRule: "no-wildcard" });
      builtFor = year;
    }
    return cron.nextRun(new Date(after))?.getTime() ?? null;
  };
}

/**
 * The seconds of each minute that is due. croner would look at each second of an hour that does not
 * exist, year after year: `* * 2 25-31 3 +SUN` in Europe/Berlin took it 46 s. Clocks are set at full
 * minutes only, so whether a minute exists holds for all its seconds.
 */
function bySecond(minutes: Times["next"], seconds: readonly number[]): Times {
  return {
    next(after) {
      const minute = Math.floor(after / minuteMs) * minuteMs;
      const second = seconds.find((each) => minute + each * 1000 > after);
      if (second !== undefined && minutes(minute - 1) === minute) return minute + second * 1000;
      const next = minutes(minute);
      return next === null ? null : next + (seconds[0] ?? 0) * 1000;
    },
  };
}
