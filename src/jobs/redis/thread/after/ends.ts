/**
 * Ends that others wait for. Such an end has a name, from when the first of them came: the number of
 * its job, and its version then. A job that is run again by hand has another end.
 */
import type { JobState } from "../../../job.ts";
import type { Parts } from "../parts.ts";
import type { Change } from "../records/commit.ts";
import type { JobRecord } from "../records/record.ts";

export function nameEnd({ seq, version }: Pick<JobRecord, "seq" | "version">): string {
  return `${seq}-${version}`;
}

/** The number of the job of an end. */
export function seqOfEnd(end: string): number {
  return Number(end.slice(0, end.indexOf("-")));
}

/** An end that has come, as `keys.untold` has it. @param end the empty text: nobody waits for it */
export function untoldOf(end: string, state: JobState): string | null {
  return end === "" ? null : `${end} ${state}`;
}

export function endOfUntold(untold: string): { readonly end: string; readonly state: JobState } {
  const [end = "", state] = untold.split(" ");
  return { end, state: state as JobState };
}

/**
 * A job ends: its dependants are to be told. From now on nobody can begin to wait for this end.
 *
 * @param end as it was read with the record
 */
export function noteUntold(
  change: Change,
  { keys, clock }: Parts,
  { seq, state }: JobRecord,
  end: string,
): void {
  change.expect("field", keys.job(seq), "d", end);
  const untold = untoldOf(end, state);
  if (untold === null) return;
  change.do("HDEL", keys.job(seq), "d");
  change.do("ZADD", keys.untold, clock.now(), untold);
}
