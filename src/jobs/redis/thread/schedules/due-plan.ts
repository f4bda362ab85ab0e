import { messageOf } from "../../../../errors.ts";
import { type DueTimes, lateMs, planDue } from "../../../schedules/due.ts";
import { findFault } from "../../../schedules/fault.ts";
import { type Steps, timesOf } from "../../../schedules/times.ts";
import type { Clock } from "../parts.ts";
import type { ScheduleRecord } from "./schedule-record.ts";

/** After this time other work of the thread has a turn: it renews locks. */
const longestStepMs = 20;

/** What a schedule has to do now. */
export interface DuePlan extends DueTimes {
  /** The plan is new, and the servers have come to its first time too late. */
  readonly missedSince: number | null;
  /** Why its times cannot be computed. */
  readonly fault: string | null;
}

/**
 * @param now Redis' time, not before the schedule is due
 * @returns undefined where this server cannot compute its times, and another one may
 */
export async function planOf(
  record: ScheduleRecord,
  now: number,
  clock: Clock,
): Promise<DuePlan | undefined> {
  const { rules, course, rest } = record;
  if (rest) return { ...rest, missedSince: null, fault: null };
  const dueAt = course.nextAt ?? now;
  const isLate = dueAt < now - lateMs;
  try {
    const times = timesOf(rules, course.anchor);
    const due = await takeSteps(planDue(times, rules.catchUp, dueAt, now), clock);
    return { ...due, missedSince: isLate ? dueAt : null, fault: null };
  } catch (error) {
    // Hosts with another Node have had their time.
    if (!isLate) return undefined;
    const fault = findFault(rules) ?? messageOf(error);
    return { times: [], nextAt: null, missedSince: null, fault };
  }
}

/** Years that were missed take many steps. */
async function takeSteps<Value>(steps: Steps<Value>, clock: Clock): Promise<Value> {
  let since = clock.steady();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (clock.steady() - since < longestStepMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    since = clock.steady();
  }
}
