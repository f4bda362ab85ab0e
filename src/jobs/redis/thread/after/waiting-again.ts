import type { Parts } from "../parts.ts";
import type { Change } from "../records/commit.ts";
import type { JobRecord } from "../records/record.ts";

/** What a job waits for that is run again by hand. */
export interface WaitingAgain {
  readonly waitsFor: readonly string[];
  /** Makes sure that it is still told of these ends. */
  readonly guard: (change: Change) => void;
}

/** It waits for what had not ended when the job ended, and has not ended since. */
export async function waitAgain(
  { client, keys }: Parts,
  { seq, waitsFor: before }: JobRecord,
): Promise<WaitingAgain> {
  const scores = await Promise.all(before.map((end) => client.zscore(keys.dependants(end), seq)));
  const waitsFor = before.filter((_, index) => scores[index] !== null);
  const guard = (change: Change) => {
    for (const end of waitsFor) change.expect("member", keys.dependants(end), String(seq));
  };
  return { waitsFor, guard };
}
