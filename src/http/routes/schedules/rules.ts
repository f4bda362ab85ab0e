import type { FieldError } from "../../../errors.ts";
import { maxScheduleAheadMs } from "../../../jobs/limits.ts";
import { findCronFault, yearsAhead } from "../../../jobs/schedules/cron.ts";
import type { ScheduleRules } from "../../../jobs/schedules/schedule.ts";
import { findTimeZone, suggestTimeZones } from "../../../jobs/schedules/time-zone.ts";
import { timesOf } from "../../../jobs/schedules/times.ts";
import type { ScheduleBody } from "./schedule-body.ts";

/** The rules of a schedule whose fields have no fault. */
export function makeRules(fields: ScheduleBody): ScheduleRules {
  const { cron, everyMs, timeZone = "UTC", startAt, endAt } = fields;
  return {
    cron: cron?.trim() ?? null,
    everyMs: everyMs ?? null,
    timeZone: findTimeZone(timeZone) ?? timeZone,
    startAt: startAt === undefined ? null : Date.parse(startAt),
    endAt: endAt === undefined ? null : Date.parse(endAt),
    enabled: fields.enabled ?? true,
    catchUp: fields.catchUp ?? "one",
    overlap: fields.overlap ?? "allow",
  };
}

/** What is wrong with when a schedule is to be due. */
export function findRuleFaults(fields: ScheduleBody, now: number): readonly FieldError[] {
  const faults = [...findPaceFaults(fields), ...findLimitFaults(fields, now)];
  return faults.length > 0 ? faults : findNoTime(makeRules(fields), now);
}

function* findPaceFaults({ cron, everyMs, timeZone }: ScheduleBody): Iterable<FieldError> {
  if (cron === undefined && everyMs === undefined) {
    yield { path: "/cron", message: 'give a pattern such as "*/5 * * * *", or everyMs' };
  }
  if (cron !== undefined && everyMs !== undefined) {
    yield { path: "/everyMs", message: "leave it out, or leave cron out" };
  }
  const fault = cron === undefined ? undefined : findCronFault(cron);
  if (fault !== undefined) yield { path: "/cron", message: fault };
  if (timeZone === undefined) return;
  if (cron === undefined) {
    yield { path: "/timeZone", message: "leave it out; an interval is the same in every zone" };
  } else if (findTimeZone(timeZone) === undefined) {
    yield { path: "/timeZone", message: explainZone(timeZone) };
  }
}

function explainZone(name: string): string {
  const like = suggestTimeZones(name);
  const hint =
    like.length > 0 ? `, perhaps ${like.join(" or ")}` : " such as Europe/Berlin, or UTC";
  return `there is no time zone ${JSON.stringify(name)}; give an IANA name${hint}`;
}

function* findLimitFaults({ startAt, endAt }: ScheduleBody, now: number): Iterable<FieldError> {
  const years = maxScheduleAheadMs / (365 * 86_400_000);
  const [start, end] = [Date.parse(startAt ?? ""), Date.parse(endAt ?? "")];
  const isFar = (time: number) => time - now > maxScheduleAheadMs;
  const message = `must be within ${years} years from now`;
  if (isFar(start)) yield { path: "/startAt", message };
  if (isFar(end)) yield { path: "/endAt", message };
  if (end <= start) yield { path: "/endAt", message: "must be later than startAt" };
}

/** A schedule that would never be due is a mistake. */
function findNoTime(rules: ScheduleRules, now: number): readonly FieldError[] {
  if (timesOf(rules, now).next(now) !== null) return [];
  const first = timesOf({ ...rules, endAt: null }, now).next(now);
  if (first === null) {
    const message = `is never due within ${yearsAhead} years; name a day that exists in its month`;
    return [{ path: "/cron", message }];
  }
  const time = new Date(first).toISOString();
  return [{ path: "/endAt", message: `must not be before the first time, ${time}` }];
}
