import type { Parts } from "../parts.ts";
import type { Change } from "./commit.ts";
import type { JobRecord } from "./record.ts";

/** What the end of a job does beside its own record, in the same change. @returns its record then */
export function followEnd(change: Change, { keys }: Parts, ended: JobRecord): JobRecord {
  const { seq, task, unique, holdsUnique } = ended;
  if (unique && holdsUnique) change.do("DEL", keys.unique(task, unique.key));
  if (ended.state === "succeeded") change.do("HDEL", keys.job(seq), "c");
  return { ...ended, holdsUnique: false };
}
