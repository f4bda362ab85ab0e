import type { FieldError } from "../../../errors.ts";
import { maxBatchPrerequisites } from "../../../jobs/limits.ts";
import type { Prerequisite } from "../../../jobs/new-job.ts";
import { findCycle } from "../../../jobs/transitions/cycle.ts";

/** What one job of a batch says of its place among the others. */
export interface Placed {
  readonly ref?: string | undefined;
  /** Ids of earlier jobs, and `#` with the ref of a job of the batch. */
  readonly after?: readonly string[] | undefined;
}

export type ResolvedRefs =
  | { readonly kind: "resolved"; readonly after: readonly (readonly Prerequisite[])[] }
  | { readonly kind: "invalid"; readonly errors: readonly FieldError[] };

/** Finds the job that each ref means. A ref may mean a job that comes later. */
export function resolveRefs(jobs: readonly Placed[]): ResolvedRefs {
  const errors: FieldError[] = [];
  const places = new Map<string, number>();
  jobs.forEach(({ ref }, place) => {
    if (ref === undefined) return;
    const first = places.get(ref);
    if (first === undefined) places.set(ref, place);
    else errors.push({ path: `/jobs/${place}/ref`, message: `is the ref of /jobs/${first}, too` });
  });
  const resolve = (text: string, path: string): Prerequisite[] => {
    if (!text.startsWith("#")) return [{ id: text }];
    const index = places.get(text.slice(1));
    if (index !== undefined) return [{ index }];
    errors.push({
      path,
      message: `no job of this batch has the ref ${JSON.stringify(text.slice(1))}`,
    });
    return [];
  };
  const after = jobs.map((job, place) =>
    (job.after ?? []).flatMap((text, each) => resolve(text, `/jobs/${place}/after/${each}`)),
  );
  if (errors.length === 0) errors.push(...refuseCount(after), ...refuseCycle(jobs, after));
  return errors.length > 0 ? { kind: "invalid", errors } : { kind: "resolved", after };
}

function refuseCount(after: readonly (readonly Prerequisite[])[]): FieldError[] {
  const count = after.reduce((sum, each) => sum + each.length, 0);
  if (count <= maxBatchPrerequisites) return [];
  const message = `may have ${maxBatchPrerequisites} prerequisites in all, and have ${count}: let one job wait for many, and the others wait for that one`;
  return [{ path: "/jobs", message }];
}

/** A message names at most this many jobs of a cycle. */
const mostNames = 10;

function refuseCycle(
  jobs: readonly Placed[],
  after: readonly (readonly Prerequisite[])[],
): FieldError[] {
  const cycle = findCycle(
    after.map((each) => each.flatMap((one) => ("index" in one ? [one.index] : []))),
  );
  if (!cycle) return [];
  const names = cycle.slice(0, mostNames).map((place) => `#${jobs[place]?.ref ?? place}`);
  if (cycle.length > mostNames) names.push("...");
  const message = `these jobs wait for each other: ${[...names, names[0]].join(" before ")}; leave one of the refs out`;
  return [{ path: `/jobs/${cycle[0]}/after`, message }];
}
