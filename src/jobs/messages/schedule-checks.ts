/** Checks for schedules that a worker sends. A user's task may forge them (see job-checks.ts). */
import {
  isFlag,
  isObject,
  isOneOf,
  isText,
  isTextList,
  isTextOrNull,
  isTimeOrNull,
  isWithin,
} from "../../channel/checks.ts";
import { fits } from "../../channel/contract.ts";
import { maxEveryMs, maxListLimit, minEveryMs, scheduleName } from "../limits.ts";
import { findCronFault } from "../schedules/cron.ts";
import { catchUps, overlaps } from "../schedules/due.ts";
import type {
  Condition,
  NewSchedule,
  ScheduleListing,
  ScheduleRules,
} from "../schedules/schedule.ts";
import { findTimeZone } from "../schedules/time-zone.ts";
import { isNewJob } from "./job-checks.ts";

const rules = {
  cron: (value: unknown): value is unknown => value === null || isCron(value),
  everyMs: (value: unknown): value is unknown => value === null || isInterval(value),
  timeZone: (value: unknown): value is string => isText(value) && !!findTimeZone(value),
  startAt: isTimeOrNull,
  endAt: isTimeOrNull,
  enabled: isFlag,
  catchUp: isOneOf(...catchUps),
  overlap: isOneOf(...overlaps),
};

const newSchedule = {
  name: (value: unknown): value is string => isText(value) && scheduleName.test(value),
  rules: areRules,
  job: isNewJob,
  sent: isText,
};

function isCron(value: unknown): boolean {
  return isText(value) && findCronFault(value) === undefined;
}

const isInterval = isWithin(minEveryMs, maxEveryMs);

/** Without a pattern or an interval there would be no next time to go on with. */
function areRules(value: unknown): value is ScheduleRules {
  return fits(value, rules) && (value.cron === null) !== (value.everyMs === null);
}

export function isNewSchedule(value: unknown): value is NewSchedule {
  return fits(value, newSchedule);
}

const listing = { limit: isWithin(1, maxListLimit), after: isTextOrNull };

export function isScheduleListing(value: unknown): value is ScheduleListing {
  return fits(value, listing);
}

export function isCondition(value: unknown): value is Condition {
  if (!isObject<Condition>(value) || !isFlag(value.isNew)) return false;
  const { versions } = value;
  return versions === null || versions === "any" || isTextList(versions);
}
