/** What can happen to batches, as changes to the file. Each belongs in a transaction (store.ts). */
import type { BatchFault, NewBatch } from "../../../batch.ts";
import type { NewJob, QueueFull } from "../../../new-job.ts";
import { isRepeated } from "../../../transitions/transitions.ts";
import { type Before, readPrerequisites, waitFor } from "../after/prerequisites.ts";
import { cancelJob, finishJob } from "../jobs/job-changes.ts";
import { endBits, stateCodes } from "../jobs/rows.ts";
import { insertJob, isTooLate } from "../jobs/submit.ts";
import type { ChangeParts, StoreParts } from "../store-parts.ts";

/** What answers a submitted batch. */
export type BatchRow =
  | { readonly kind: "row"; readonly seq: number; readonly replayed: boolean }
  | { readonly kind: "key-conflict" }
  | { readonly kind: "too-late"; readonly places: readonly number[] }
  | { readonly kind: "no-prerequisite"; readonly faults: readonly BatchFault[] }
  | QueueFull;

/** Inserts all jobs of a batch, or none. */
export function submitBatch(parts: StoreParts, batch: NewBatch): BatchRow {
  const { batches, clock } = parts;
  const { jobs, key } = batch;
  const known = key && batches.keyed(key.name);
  if (known && key) {
    if (!isRepeated(key, known.fingerprints)) return { kind: "key-conflict" };
    return { kind: "row", seq: known.seq, replayed: true };
  }
  const late = key ? jobs.flatMap((job, place) => (isTooLate(parts, job) ? [place] : [])) : [];
  if (late.length > 0) return { kind: "too-late", places: late };
  const befores = jobs.map((job) => readPrerequisites(parts, job));
  const faults = befores.flatMap((before, job) => before.faults.map((each) => ({ ...each, job })));
  if (faults.length > 0) return { kind: "no-prerequisite", faults };
  const full = parts.bound.refusalOf(jobs.length);
  if (full) return full;
  const { seq, firstJob } = batches.insert(batch, clock.now());
  insertJobs(parts, jobs, { seq, firstJob, befores });
  return { kind: "row", seq, replayed: false };
}

interface Insertion {
  readonly seq: number;
  readonly firstJob: number;
  /** What comes before each job that was there before the batch. */
  readonly befores: readonly Before[];
}

/** First all rows, because a prerequisite may come later in the batch. */
function insertJobs(
  parts: StoreParts,
  jobs: readonly NewJob[],
  { seq: batch, firstJob, befores }: Insertion,
): void {
  const prerequisites = new Set(jobs.flatMap(placesOf));
  jobs.forEach((job, place) => {
    const ends = endBits.batch | (prerequisites.has(place) ? endBits.dependants : 0);
    const { waits, error } = befores[place] as Before;
    const own = error ? [] : placesOf(job);
    insertJob(parts, job, { blockers: waits.length + own.length, error, batch, ends });
  });
  jobs.forEach((job, place) => {
    const seq = firstJob + place;
    const { waits, error } = befores[place] as Before;
    if (error) {
      finishJob(parts, seq, { to: "cancelled", error }, stateCodes.blocked);
      return;
    }
    waitFor(parts, seq, job, waits);
    const dependant = { seq, runs: job.onFailure === "run" };
    for (const own of placesOf(job)) parts.dependencies.add(firstJob + own, dependant);
  });
}

/** Its prerequisites in the same batch, each once. */
function placesOf({ after }: NewJob): number[] {
  return [...new Set(after.flatMap((each) => ("index" in each ? [each.index] : [])))];
}

/** Cancels jobs of batches that are being cancelled. @param limit most jobs of one call */
export function cancelInBatches(parts: ChangeParts, limit: number): void {
  const { batches, stops } = parts;
  if (!batches.mayBeCancelling) return;
  for (const seq of batches.takeToCancel(limit)) {
    const token = cancelJob(parts, seq);
    if (token !== null) stops.add({ seq, token });
  }
}

/** The end of a transaction: writes what its changes mean for batches. */
export function closeBatches(parts: ChangeParts): void {
  const { batches, watchedBatches, deliveries, clock } = parts;
  const { changed, ends } = batches.write(clock.now());
  for (const seq of changed) watchedBatches.changed(seq);
  for (const { seq, onEnd } of ends) {
    if (onEnd !== null) deliveries.announce({ batch: seq }, onEnd);
  }
}
