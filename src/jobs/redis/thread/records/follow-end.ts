import { noteUntold } from "../after/ends.ts";
import type { Parts } from "../parts.ts";
import { announceJob } from "../webhooks/announce.ts";
import type { Change } from "./commit.ts";
import type { JobRecord } from "./record.ts";

/**
 * What the end of a job does beside its own record, in the same change.
 *
 * @param awaited the name of this end, if others wait for it; otherwise the empty text
 * @returns its record then
 */
export function followEnd(
  change: Change,
  parts: Parts,
  ended: JobRecord,
  awaited: string,
): JobRecord {
  const { keys } = parts;
  const { seq, task, unique, holdsUnique } = ended;
  if (unique && holdsUnique) change.do("DEL", keys.unique(task, unique.key));
  if (ended.state === "succeeded") change.do("HDEL", keys.job(seq), "c");
  noteUntold(change, parts, ended, awaited);
  return announceJob(change, parts, { ...ended, holdsUnique: false });
}
