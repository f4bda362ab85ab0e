import type { AcceptedRow } from "../../../accepted-job.ts";
import type { JobError, JobState } from "../../../job.ts";
import type { NewJob, PrerequisiteFault, QueueFull, UniqueConflict } from "../../../new-job.ts";
import { isRepeated } from "../../../transitions/transitions.ts";
import { nothingBefore, readPrerequisites, waitFor } from "../after/prerequisites.ts";
import { meetHolder } from "../order/unique-conflicts.ts";
import type { StoreParts } from "../store-parts.ts";
import { finishJob } from "./job-changes.ts";
import { endsOf, extrasOf, foundBy, stateCodes } from "./rows.ts";

/** What answers a submitted job: a new one as it is, or a row to be read. */
export type SubmittedRow =
  | { readonly kind: "new"; readonly job: AcceptedRow }
  | {
      readonly kind: "row";
      readonly seq: number;
      readonly replayed: boolean;
      readonly conflict?: UniqueConflict;
    }
  | { readonly kind: "unique-conflict"; readonly seq: number; readonly state: JobState }
  | { readonly kind: "key-conflict" }
  | { readonly kind: "too-late" }
  | { readonly kind: "no-prerequisite"; readonly faults: readonly PrerequisiteFault[] }
  | QueueFull;

/** Inserts a job, unless its key is known. Belongs in a transaction. */
export function submitJob(parts: StoreParts, job: NewJob): SubmittedRow {
  const { sql } = parts;
  const known = job.key && sql.keyed.get(job.key.name);
  if (known && job.key) {
    const earlier = (known["fingerprint"] as string).split(" ");
    if (!isRepeated(job.key, earlier)) return { kind: "key-conflict" };
    return { kind: "row", seq: known["seq"] as number, replayed: true };
  }
  if (job.key && isTooLate(parts, job)) return { kind: "too-late" };
  const before = job.after.length > 0 ? readPrerequisites(parts, job) : nothingBefore;
  if (before.faults.length > 0) return { kind: "no-prerequisite", faults: before.faults };
  // Only now: it may cancel another job for this one.
  const met = job.unique && meetHolder(parts, job);
  if (met) return met;
  const full = parts.bound.refusalOf(1);
  if (full) return full;
  const { waits, error } = before;
  const inserted = insertJob(parts, job, { ...alone, blockers: waits.length, error });
  const { seq } = inserted;
  waitFor(parts, seq, job, waits);
  if (!error) return { kind: "new", job: acceptedRow(parts, inserted) };
  finishJob(parts, seq, { to: "cancelled", error }, stateCodes.blocked);
  return { kind: "row", seq, replayed: false };
}

/** Whether it could only expire. */
export function isTooLate({ clock }: StoreParts, { startBefore }: NewJob): boolean {
  return startBefore !== null && startBefore <= clock.now();
}

/** How a new job stands among others. */
export interface Place {
  /** How many jobs must end before it may start. */
  readonly blockers: number;
  /** Why it is to be cancelled next. */
  readonly error: JobError | null;
  readonly batch: number | null;
  /** What its end touches; see endBits in rows.ts. */
  readonly ends: number;
}

const alone = { batch: null, ends: 0 };

/** The row of a new job. */
export interface Inserted {
  readonly seq: number;
  readonly createdAt: number;
  readonly runAt: number;
  readonly blockers: number;
}

/** Inserts a job. One that is to be cancelled next is blocked until then. */
export function insertJob(
  { sql, clock, tally, groups, uniqueKeys, expiry }: StoreParts,
  job: NewJob,
  { blockers, error, batch, ends }: Place,
): Inserted {
  const at = clock.now();
  const runAt = Math.max(at, job.runAt ?? at);
  const due = runAt > at ? stateCodes.delayed : stateCodes.ready;
  const state = blockers > 0 || error ? stateCodes.blocked : due;
  const { task, priority, maxAttempts, timeoutMs, backoffMs, traceparent, startBefore } = job;
  const group = job.group?.key ?? null;
  const values = [state, task, priority, maxAttempts, timeoutMs, backoffMs, at, runAt] as const;
  const more = [
    group,
    startBefore,
    blockers,
    ends | endsOf(job),
    batch,
    traceparent,
    extrasOf(job),
  ] as const;
  const seq = Number(sql.insert.run(...values, ...more).lastInsertRowid);
  sql.insertInput.run(seq, job.input, job.body);
  for (const tag of foundBy(job)) sql.insertTag.run(tag, seq);
  if (job.key) sql.insertKey.run(job.key.name, job.key.fingerprints.join(" "), seq, at);
  if (job.group) groups.join(job.group);
  if (job.unique) uniqueKeys.hold(seq, task, job.unique);
  if (startBefore !== null) expiry.noted();
  tally.submitted({ priority, group, task }, state);
  return { seq, createdAt: at, runAt, blockers };
}

function acceptedRow(
  { ids }: StoreParts,
  { seq, createdAt, runAt, blockers }: Inserted,
): AcceptedRow {
  return { id: ids.idOf(seq), createdAt, runAt, waitsFor: blockers };
}
