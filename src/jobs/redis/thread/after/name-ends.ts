import type { NewJob } from "../../../new-job.ts";
import type { Parts } from "../parts.ts";
import { Change, commit } from "../records/commit.ts";
import { readJob } from "../records/job-changes.ts";
import { isFinal } from "../records/record.ts";
import { nameEnd } from "./ends.ts";

/** Each time the job has changed, and somebody gets on. */
const mostTries = 100;

/**
 * Gives names to the ends of the earlier jobs that new ones are to run after. To wait for an end with
 * a name fails only if that comes meanwhile, and not with every change of its job. So it is done for
 * new jobs that take long to write. A name for which nobody waits does no harm.
 */
export async function nameEnds(parts: Parts, jobs: readonly NewJob[]): Promise<void> {
  const ids = jobs.flatMap(({ after }) => after.flatMap((each) => ("id" in each ? [each.id] : [])));
  const seqs = new Set(ids.map((id) => parts.ids.seqOfId(id)));
  await Promise.all([...seqs].map((seq) => seq !== undefined && nameOne(parts, seq)));
}

async function nameOne(parts: Parts, seq: number): Promise<void> {
  const { client, keys } = parts;
  for (let tries = 0; tries < mostTries; tries++) {
    const read = await readJob(parts, seq);
    const isOpen = read?.awaited === "" && !isFinal(read.record.state);
    if (!isOpen) return;
    const change = new Change();
    change.expect("field", keys.job(seq), "v", String(read.record.version));
    change.expect("field", keys.job(seq), "d", "");
    change.do("HSET", keys.job(seq), "d", nameEnd(read.record));
    if ((await commit(client, keys.meta, change)).failed === 0) return;
  }
}
