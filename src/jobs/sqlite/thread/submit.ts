import type { NewJob } from "../../job.ts";
import { isRepeated } from "../../transitions.ts";
import { stateCodes } from "./rows.ts";
import type { ChangeParts } from "./store-parts.ts";

/** The row that answers a submitted job. */
export type SubmittedRow =
  | { readonly kind: "accepted"; readonly seq: number; readonly replayed: boolean }
  | { readonly kind: "key-conflict" };

/** Inserts a job, unless its key is known. Belongs into a transaction. */
export function submitJob({ sql, clock, tally }: ChangeParts, job: NewJob): SubmittedRow {
  const at = clock.now();
  const known = job.key && sql.keyed.get(job.key.name);
  if (known && job.key) {
    const earlier = (known["fingerprint"] as string).split(" ");
    if (!isRepeated(job.key, earlier)) return { kind: "key-conflict" };
    return { kind: "accepted", seq: known["seq"] as number, replayed: true };
  }
  const runAt = Math.max(at, job.runAt ?? at);
  const state = runAt > at ? stateCodes.delayed : stateCodes.ready;
  const { task, priority, maxAttempts, timeoutMs, backoffMs, traceparent, input } = job;
  const values = [state, task, priority, maxAttempts, timeoutMs, backoffMs, at, runAt] as const;
  const seq = Number(sql.insert.run(...values, traceparent, input).lastInsertRowid);
  if (job.key) sql.insertKey.run(job.key.name, job.key.fingerprints.join(" "), seq, at);
  tally.submitted(state);
  return { kind: "accepted", seq, replayed: false };
}
