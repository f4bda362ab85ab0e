import { messageOf } from "../../../../errors.ts";
import { type DueTimes, lateMs, planDue } from "../../../schedules/due.ts";
import type { ScheduleRules } from "../../../schedules/schedule.ts";
import { type Steps, timesOf } from "../../../schedules/times.ts";
import type { Row } from "../jobs/rows.ts";
import { courseOf, rulesOf, versionOf } from "./schedule-rows.ts";

/** What one schedule has to do, and how far that is known. */
interface Plan {
  /** The time that the schedule was due first. All times are ms since 1970. */
  readonly dueAt: number;
  readonly madeAt: number;
  readonly steps: Steps<DueTimes>;
  known: DueTimes | undefined;
  /** Why its times cannot be computed. */
  fault: string | null;
}

/** What a schedule has to do now. */
export interface DuePlan extends DueTimes {
  /** The plan is new, and the server has come to its first time too late. */
  readonly missedSince: number | null;
  readonly fault: string | null;
}

/** More plans than this are not under way, but for schedules that were removed meanwhile. */
const mostPlans = 100;

/**
 * Plans what schedules do that are due. After a long time without the server, a plan takes more than
 * one step of the store, and so do its jobs. The plan is kept in between; what was done of it is in
 * the file.
 */
export class DuePlans {
  /** By the version of the schedule. */
  readonly #plans = new Map<string, Plan>();

  /**
   * @param isOver whether the time of this step is over
   * @returns what is left to do; undefined if that is not known yet
   */
  planOf(row: Row, now: number, isOver: () => boolean): DuePlan | undefined {
    const dueAt = courseOf(row).nextAt ?? now;
    const plan = this.#plan(row, dueAt, now);
    while (!plan.known) {
      takeStep(plan);
      if (!plan.known && isOver()) return undefined;
    }
    const { times, nextAt } = plan.known;
    const isLate = dueAt === plan.dueAt && dueAt < plan.madeAt - lateMs;
    return {
      times: times.filter((time) => time >= dueAt),
      nextAt,
      missedSince: isLate ? dueAt : null,
      fault: plan.fault,
    };
  }

  /** The plan of this schedule is carried out. */
  forget(row: Row): void {
    this.#plans.delete(versionOf(row));
  }

  #plan(row: Row, dueAt: number, now: number): Plan {
    const version = versionOf(row);
    const kept = this.#plans.get(version);
    if (kept && isGood(kept, dueAt, now)) return kept;
    const steps = planInSteps(rulesOf(row), courseOf(row).anchor, dueAt, now);
    const plan = { dueAt, madeAt: now, steps, known: undefined, fault: null };
    if (this.#plans.size >= mostPlans) this.#plans.clear();
    this.#plans.set(version, plan);
    return plan;
  }
}

/** A plan of before the clock was set back may have times that are still to come. */
function isGood({ known, dueAt: start, madeAt }: Plan, dueAt: number, now: number): boolean {
  return now >= madeAt && (dueAt === start || known?.times.includes(dueAt) === true);
}

function* planInSteps(
  rules: ScheduleRules,
  anchor: number,
  dueAt: number,
  now: number,
): Steps<DueTimes> {
  return yield* planDue(timesOf(rules, anchor), rules.catchUp, dueAt, now);
}

function takeStep(plan: Plan): void {
  try {
    const step = plan.steps.next();
    if (step.done) plan.known = step.value;
  } catch (error) {
    // This build does not know the zone or the pattern any more. The others must go on.
    plan.known = { times: [], nextAt: null };
    plan.fault = messageOf(error);
  }
}
