import type { JobError } from "../../../job.ts";
import type { NewJob, PrerequisiteFault } from "../../../new-job.ts";
import { explainCancelled, onPrerequisite } from "../../../transitions/prerequisites.ts";
import { stateOf } from "../jobs/rows.ts";
import type { ChangeParts, StoreParts } from "../store-parts.ts";

/** What comes before a new job. */
export interface Before {
  /** The rows of the jobs that it has to wait for; each once. */
  readonly waits: readonly number[];
  /** Why it is cancelled at once: a prerequisite has ended without success. */
  readonly error: JobError | null;
  readonly faults: readonly PrerequisiteFault[];
}

export const nothingBefore: Before = { waits: [], error: null, faults: [] };

/**
 * Looks up the earlier jobs that a new one is to run after. A prerequisite of the same submission
 * (`index`) is left out: it is no row yet.
 */
export function readPrerequisites(
  { ids, reader, sql }: StoreParts,
  { after, onFailure }: Pick<NewJob, "after" | "onFailure">,
): Before {
  const waits = new Set<number>();
  const faults: PrerequisiteFault[] = [];
  let error: JobError | null = null;
  for (const [place, prerequisite] of after.entries()) {
    if (!("id" in prerequisite)) continue;
    const { id } = prerequisite;
    const seq = ids.seqOfId(id);
    const code = seq === undefined ? undefined : sql.state.get(seq)?.["state"];
    if (seq === undefined || code === undefined) {
      const { kind } = reader.find(id, false);
      faults.push({ place, why: kind === "gone" ? "gone" : "unknown" });
      continue;
    }
    const state = stateOf(code as number);
    const next = onPrerequisite(state, onFailure);
    if (next === "wait") waits.add(seq);
    if (next === "cancel") error ??= explainCancelled(id, state);
  }
  return { waits: error ? [] : [...waits], error, faults };
}

/** A new job waits for these rows. Their jobs have not ended. */
export function waitFor(
  { dependencies }: ChangeParts,
  seq: number,
  { onFailure }: Pick<NewJob, "onFailure">,
  waits: readonly number[],
): void {
  const dependant = { seq, runs: onFailure === "run" };
  for (const onSeq of waits) {
    dependencies.add(onSeq, dependant);
    dependencies.mark(onSeq);
  }
}
