import type { StoredAnswer } from "../../../messages/submission.ts";
import type { NewJob } from "../../../new-job.ts";
import { onKeyHeld } from "../../../transitions/uniqueness.ts";
import type { Parts } from "../parts.ts";
import type { Change } from "../records/commit.ts";
import {
  changeJob,
  type Decision,
  type ReadJob,
  readJob,
  withNewTicket,
} from "../records/job-changes.ts";
import { type JobRecord, recordOf } from "../records/record.ts";
import { publicJob } from "./reader.ts";
import { holderOf } from "./unique-keys.ts";
import { keepGroupLimit, keepKey } from "./write-new.ts";

/**
 * Answers a submission whose unique key another job holds. An Idempotency-Key that comes with it
 * belongs to that job from now on, so that a repetition has the same answer.
 *
 * @returns undefined if the key is free; `again` if that changed meanwhile
 */
export async function meetHolder(
  parts: Parts,
  job: NewJob,
): Promise<StoredAnswer | "again" | undefined> {
  const { unique } = job;
  if (!unique) return undefined;
  const seq = await holderOf(parts, job.task, unique.key);
  if (seq === null) return undefined;
  const held = await readJob(parts, seq);
  if (!held?.record.holdsUnique) return "again";
  const { state } = held.record;
  const answer = onKeyHeld(unique, state);
  if (answer === "refuse") return { kind: "unique-conflict", id: parts.ids.idOf(seq), state };
  if (answer === "return" && !job.key) return accepted(parts, held, "returned");
  const changed = await changeJob(
    parts,
    seq,
    ({ record, progress }) => {
      const isSame = record.holdsUnique && onKeyHeld(unique, record.state) === answer;
      return isSame ? takeOver(parts, record, job, { answer, progress }) : null;
    },
    held,
  );
  if (!changed?.after) return "again";
  const now = { record: changed.after, progress: changed.value };
  return accepted(parts, now, answer === "replace" ? "replaced" : "returned");
}

function accepted(
  parts: Parts,
  { record, progress }: Pick<ReadJob, "record" | "progress">,
  conflict: "returned" | "replaced",
): StoredAnswer {
  return { kind: "accepted", job: publicJob(parts, record, progress), replayed: false, conflict };
}

interface Meeting {
  readonly answer: "return" | "replace";
  readonly progress: string | null;
}

/** The job that holds a unique key takes over what was submitted, or only its Idempotency-Key. */
export function takeOver(
  parts: Parts,
  record: JobRecord,
  job: NewJob,
  { answer, progress }: Meeting,
): Decision<string | null> {
  const { keys } = parts;
  const { key } = job;
  const next = answer === "replace" ? replaced(parts, record, job) : record;
  const after = key ? { ...next, keys: [...record.keys, key.name] } : next;
  const write = (change: Change) => {
    if (key) {
      change.expect("value", keys.idempotency(key.name), "");
      keepKey(change, parts, key, record.seq);
    }
    if (answer === "return") return;
    change.do("HSET", keys.job(record.seq), "in", job.input);
    change.do("HDEL", keys.job(record.seq), "ib", "c");
    if (job.body) change.do("HSET", keys.job(record.seq), "ib", job.body);
    if (job.group) keepGroupLimit(change, parts, job.group);
  };
  return { after, write, value: progress };
}

/** The job keeps its id, its age and what it waits for, and its attempts begin again. */
function replaced(parts: Parts, record: JobRecord, job: NewJob): JobRecord {
  const { seq, version, token, createdAt, waitsFor, batch, keys, deliveries } = record;
  const fresh = recordOf(job, seq, parts.clock.now());
  const kept = { version, token, createdAt, waitsFor, batch, keys, deliveries };
  const onFailure = record.onFailure;
  return withNewTicket({ ...fresh, ...kept, onFailure, holdsUnique: true });
}
