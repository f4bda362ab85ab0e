/** A schedule makes jobs at planned times: its parts, and what a client may ask. */
import type { JobState } from "../job.ts";
import type { NewJob } from "../new-job.ts";
import type { CatchUp, Course, Overlap, Pace } from "./due.ts";

/** When a schedule makes jobs. */
export interface ScheduleRules extends Pace {
  readonly catchUp: CatchUp;
  readonly overlap: Overlap;
}

/** A schedule as a client puts it: checked, with every default filled in. */
export interface NewSchedule {
  readonly name: string;
  readonly rules: ScheduleRules;
  /** What each of its jobs is. */
  readonly job: NewJob;
  /** What the client sent for the job but its input: a JSON object as text. */
  readonly sent: string;
}

/** A schedule as it stands. All times are ms since 1970. */
export interface Schedule {
  readonly name: string;
  /** Another one with each put. */
  readonly version: string;
  readonly rules: ScheduleRules;
  /** The task of its jobs. */
  readonly task: string;
  readonly course: Course;
  readonly lastJob: ScheduledJob | null;
  /** How many jobs it has made for times that were due. */
  readonly made: number;
  /** How many times that were due got no job: the one before had not ended, or the key was taken. */
  readonly skipped: number;
  /** The last times that were missed; null if none ever was. */
  readonly missed: MissedTimes | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Times that the server came to too late. All are ms since 1970. */
export interface MissedTimes {
  /** The first of them. */
  readonly from: number;
  /** When the server came to them. */
  readonly until: number;
  /** How many times from then until then get a job (`catchUp`). */
  readonly jobs: number;
}

/** The newest job that a schedule has made. */
export interface ScheduledJob {
  readonly id: string;
  /** The time that it was made for. */
  readonly scheduledFor: number;
  /** Null if the job was removed. */
  readonly state: JobState | null;
}

/** A schedule and its job, which may be large. */
export interface WholeSchedule extends Schedule {
  readonly job: NewJob;
  readonly sent: string;
}

/** What must hold for a change (RFC 9110, section 13.1). */
export interface Condition {
  /** The schedule must have one of these versions, or exist at all; null for no condition. */
  readonly versions: readonly string[] | "any" | null;
  /** There must be no schedule of this name. */
  readonly isNew: boolean;
}

/** The answer to a put. */
export type PutSchedule =
  | { readonly kind: "made" | "replaced"; readonly schedule: WholeSchedule }
  /** The condition does not hold. */
  | { readonly kind: "condition-failed" }
  /** There are `maxSchedules` already. */
  | { readonly kind: "too-many" };

export type RemovedSchedule = "removed" | "unknown" | "condition-failed";

export interface ScheduleListing {
  /** At most this many, 1 to 1000. */
  readonly limit: number;
  /** Only names after this one. */
  readonly after: string | null;
}

/** By name. */
export interface SchedulePage {
  readonly schedules: readonly Schedule[];
  readonly isLast: boolean;
}

/**
 * The schedules of a queue, as a worker sees them. One contract suite (test/contracts/schedules.ts)
 * tests every implementation. A change is on disk when it resolves. The job of a time that is due and
 * the step to the next time are one change, so no time is lost, and none gets two jobs.
 *
 * Every method throws AppError `queue-unavailable` (503) as those of the queue do.
 */
export interface Schedules {
  /** Makes a schedule, or replaces the one of the same name (see `setCourse`). */
  put(schedule: NewSchedule, condition: Condition): Promise<PutSchedule>;

  /** @returns null where there is none */
  find(name: string): Promise<WholeSchedule | null>;

  list(listing: ScheduleListing): Promise<SchedulePage>;

  /** Its jobs stay. */
  remove(name: string, condition: Condition): Promise<RemovedSchedule>;
}
