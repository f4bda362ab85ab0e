import type { JobError } from "../../../job.ts";
import type { NewJob, PrerequisiteFault } from "../../../new-job.ts";
import { explainCancelled, onPrerequisite } from "../../../transitions/prerequisites.ts";
import { findRow } from "../jobs/reader.ts";
import type { Parts } from "../parts.ts";
import type { Change } from "../records/commit.ts";
import { addMembers } from "../records/indexes.ts";
import { type ReadJob, readJob } from "../records/job-changes.ts";
import { nameEnd } from "./ends.ts";

/** An end that new jobs are to wait for. */
export interface AwaitedEnd {
  readonly name: string;
  readonly seq: number;
  /** The version of its job, if nobody waits for it yet; otherwise null. */
  readonly version: number | null;
}

/** What comes before a new job. */
export interface Before {
  /** The ends that it has to wait for; each once. */
  readonly waits: readonly AwaitedEnd[];
  /** Why it is cancelled at once: a prerequisite has ended without success. */
  readonly error: JobError | null;
  readonly faults: readonly PrerequisiteFault[];
}

export const nothingBefore: Before = { waits: [], error: null, faults: [] };

type Prerequisite = ReadJob | PrerequisiteFault["why"];

/**
 * Looks up the earlier jobs that new ones are to run after; each once. A prerequisite of the same
 * submission (`index`) is left out: it is no record yet.
 *
 * @returns for each job what comes before it
 */
export async function readPrerequisites(
  parts: Parts,
  jobs: readonly NewJob[],
): Promise<readonly Before[]> {
  const ids = new Set(jobs.flatMap(({ after }) => after.flatMap(idOf)));
  if (ids.size === 0) return jobs.map(() => nothingBefore);
  const read = await Promise.all(
    [...ids].map(async (id) => [id, await readOne(parts, id)] as const),
  );
  const byId = new Map(read);
  return jobs.map((job) => beforeOf(job, byId));
}

function idOf(each: NewJob["after"][number]): readonly string[] {
  return "id" in each ? [each.id] : [];
}

async function readOne(parts: Parts, id: string): Promise<Prerequisite> {
  const seq = parts.ids.seqOfId(id);
  if (seq === undefined) return "unknown";
  const read = await readJob(parts, seq);
  if (read) return read;
  return (await findRow(parts, seq)).kind === "gone" ? "gone" : "unknown";
}

function beforeOf(
  { after, onFailure }: Pick<NewJob, "after" | "onFailure">,
  byId: ReadonlyMap<string, Prerequisite>,
): Before {
  const waits = new Map<string, AwaitedEnd>();
  const faults: PrerequisiteFault[] = [];
  let error: JobError | null = null;
  for (const [place, prerequisite] of after.entries()) {
    if (!("id" in prerequisite)) continue;
    const { id } = prerequisite;
    const read = byId.get(id) ?? "unknown";
    if (typeof read === "string") {
      faults.push({ place, why: read });
      continue;
    }
    const { state } = read.record;
    const next = onPrerequisite(state, onFailure);
    if (next === "wait") waits.set(id, awaitedEnd(read));
    if (next === "cancel") error ??= explainCancelled(id, state);
  }
  return { waits: error ? [] : [...waits.values()], error, faults };
}

function awaitedEnd({ record, awaited }: ReadJob): AwaitedEnd {
  const { seq, version } = record;
  if (awaited !== "") return { name: awaited, seq, version: null };
  return { name: nameEnd(record), seq, version };
}

/** A new job, and the ends that it waits for. */
export interface Waiting {
  readonly seq: number;
  readonly waits: readonly AwaitedEnd[];
}

/** New jobs wait for these ends, if none of them has come since they were read. */
export function waitFor(change: Change, { keys }: Parts, waiting: readonly Waiting[]): void {
  const dependants = new Map<string, number[]>();
  for (const { seq, waits } of waiting) {
    for (const end of waits) {
      const own = dependants.get(end.name) ?? [];
      if (own.length === 0) expectEnd(change, keys.job(end.seq), end);
      own.push(seq);
      dependants.set(end.name, own);
    }
  }
  for (const [end, seqs] of dependants) addMembers(change, keys.dependants(end), seqs);
}

/** An end that has a name loses it when it comes. One without a name shows it by its job's version. */
function expectEnd(change: Change, job: string, { name, version }: AwaitedEnd): void {
  if (version === null) {
    change.expect("field", job, "d", name);
    return;
  }
  change.expect("field", job, "v", String(version));
  change.expect("field", job, "d", "");
  change.do("HSET", job, "d", name);
}
