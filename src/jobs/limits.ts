/** What a client may ask for, the same with every queue. */
/** A task may ask for these, too, for its own jobs. */
export {
  maxBackoffMs,
  maxConcurrency,
  maxMaxAttempts,
  maxTimeoutMs,
} from "../tasks/parts/limits.ts";

export const maxPriority = 1000;

export const defaultMaxAttempts = 3;

/** The first pause before a job is run again. */
export const defaultBackoffMs = 1000;

/** The bytes of one input or result. SQLite's limit is 10^9 for a row. */
export const maxBodyBytes = 999_000_000;

/** Characters of a group's key. */
export const maxGroupKey = 100;

/** Characters of a unique key. */
export const maxUniqueKey = 255;

/** How far ahead a job may be planned. */
export const maxRunAheadMs = 365 * 24 * 3_600_000;

export const defaultListLimit = 50;
export const maxListLimit = 1000;

/** Jobs that one job may be submitted to run after. */
export const maxPrerequisites = 100;

/** Prerequisites of all jobs of one batch. */
export const maxBatchPrerequisites = 50_000;

/** Jobs in one request. */
export const maxJobsAtOnce = 10_000;

/** Tags of one job. */
export const maxTags = 10;

/** The name of a schedule. One of dots alone would be lost in a path. */
export const scheduleName = /^(?!\.+$)[\w.-]{1,100}$/;

/** Schedules of one queue. */
export const maxSchedules = 10_000;

export const minEveryMs = 1000;
export const maxEveryMs = 365 * 24 * 3_600_000;

/** How far ahead a schedule may start or end. */
export const maxScheduleAheadMs = 10 * 365 * 24 * 3_600_000;

/** Characters of the job of a schedule, as JSON. Each time that is due writes it. */
export const maxScheduledJob = 100_000;
