import type { JobError } from "../../../job.ts";
import type { NewJob } from "../../../new-job.ts";
import { explainCancelled, onPrerequisite } from "../../../transitions/prerequisites.ts";
import { nameEnd } from "../after/ends.ts";
import type { Before } from "../after/prerequisites.ts";
import { type NewRecord, newRecord } from "../jobs/write-new.ts";
import type { Parts } from "../parts.ts";

/** A new batch, before its commit. */
export interface BatchPlan {
  readonly seq: number;
  readonly firstJob: number;
  readonly jobs: readonly PlannedJob[];
}

/** A job of a new batch. `waits` has only ends of jobs that were there before. */
export interface PlannedJob extends NewRecord {
  /** The numbers of the jobs of the batch that wait for it. */
  readonly dependants: readonly number[];
}

/**
 * What becomes of the jobs of a batch. One that is to run after an earlier failure is cancelled from
 * the start, and then those after it go by their rule.
 *
 * @param befores of each job, what was there before the batch
 */
export function planBatch(
  parts: Parts,
  jobs: readonly NewJob[],
  befores: readonly Before[],
  { seq: batch, firstJob }: Pick<BatchPlan, "seq" | "firstJob">,
): BatchPlan {
  const after = jobs.map(placesOf);
  const before = placesBehind(after);
  const nameAt = (place: number) => nameEnd({ seq: firstJob + place, version: 1 });
  const errors = cancelledAtOnce(jobs, befores, before, (place) =>
    parts.ids.idOf(firstJob + place),
  );
  const waitsAt = (place: number) => (after[place] ?? []).filter((each) => !errors.has(each));
  const planned = jobs.map((job, place): PlannedJob => {
    const error = errors.get(place) ?? null;
    const waits = error ? [] : (befores[place]?.waits ?? []);
    const made = newRecord(parts, job, firstJob + place, { waits, error, faults: [] });
    const own = error ? [] : waitsAt(place).map(nameAt);
    const waitsFor = [...made.record.waitsFor, ...own];
    const waiting = errors.has(place) ? [] : (before[place] ?? []);
    return {
      ...made,
      record: { ...made.record, batch, waitsFor },
      dependants: waiting.filter((each) => !errors.has(each)).map((each) => firstJob + each),
    };
  });
  return { seq: batch, firstJob, jobs: planned };
}

/** Its prerequisites in the same batch, each once. */
function placesOf({ after }: NewJob): readonly number[] {
  return [...new Set(after.flatMap((each) => ("index" in each ? [each.index] : [])))];
}

/** The places of those who wait for each. */
function placesBehind(after: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const behind: number[][] = after.map(() => []);
  after.forEach((places, place) => {
    for (const each of places) behind[each]?.push(place);
  });
  return behind;
}

/** @returns the reason, by place */
function cancelledAtOnce(
  jobs: readonly NewJob[],
  befores: readonly Before[],
  behind: readonly (readonly number[])[],
  idAt: (place: number) => string,
): ReadonlyMap<number, JobError> {
  const errors = new Map<number, JobError>();
  befores.forEach(({ error }, place) => {
    if (error) errors.set(place, error);
  });
  // A map is walked in the order of its entries, also to those that are added meanwhile.
  for (const place of errors.keys()) {
    for (const each of behind[place] ?? []) {
      const { onFailure } = jobs[each] as NewJob;
      if (errors.has(each) || onPrerequisite("cancelled", onFailure) !== "cancel") continue;
      errors.set(each, explainCancelled(idAt(place), "cancelled"));
    }
  }
  return errors;
}
