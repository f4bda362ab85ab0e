import type { Batch, FoundBatch } from "../../../batch.ts";
import { finalStates } from "../../../job.ts";
import type { JobKey, Webhook } from "../../../new-job.ts";
import { type BatchState, countEnded, type EndedCounts } from "../../../transitions/batch-end.ts";
import type { Parts } from "../parts.ts";

/** What never changes of a batch: JSON in one field of its hash. */
export interface BatchBasis {
  readonly total: number;
  /** The number of its first job. The others have the numbers after that. */
  readonly firstJob: number;
  readonly createdAt: number;
  readonly key: JobKey | null;
  readonly onEnd: Webhook | null;
}

/**
 * `written`: its jobs are being written, and nobody sees them. `accepted`: it counts.
 * `discarded`: it never will; what was written is being removed.
 */
export type Phase = "written" | "accepted" | "discarded";

/** A batch as Redis has it. */
export interface BatchRecord extends BatchBasis, BatchState {
  readonly seq: number;
  readonly phase: Phase;
  readonly version: number;
  /** How many of its jobs are in the sorted sets already, from the first. */
  readonly indexed: number;
  readonly running: number;
}

/** @returns null for one that is not there */
export async function readBatch(
  { client, keys }: Pick<Parts, "client" | "keys">,
  seq: number,
): Promise<BatchRecord | null> {
  const answers = await client
    .multi()
    .hgetall(keys.batch(seq))
    .zcard(keys.runningOfBatch(seq))
    .exec();
  const [[wrong, fields] = [], [, running] = []] = answers ?? [];
  if (wrong) throw wrong;
  const hash = fields as Readonly<Record<string, string>>;
  if (!hash["j"]) return null;
  return {
    ...(JSON.parse(hash["j"]) as BatchBasis),
    ...{ seq, phase: hash["phase"] as Phase, running: running as number },
    ...{ version: Number(hash["v"]), indexed: Number(hash["indexed"]) },
    ended: endedOf(hash),
    finishedAt: hash["finishedAt"] ? Number(hash["finishedAt"]) : null,
  };
}

function endedOf(hash: Readonly<Record<string, string>>): EndedCounts {
  const counts = finalStates.map((state) => [state, Number(hash[state] ?? 0)]);
  return Object.fromEntries(counts) as EndedCounts;
}

/** @param seq undefined for an id that is none of this queue's */
export async function findBatch(parts: Parts, seq: number | undefined): Promise<FoundBatch> {
  if (seq === undefined) return { kind: "unknown" };
  const record = await readBatch(parts, seq);
  if (record?.phase === "accepted") return { kind: "found", batch: batchOf(parts, record) };
  // The id is genuine. Its last job was removed, or its number was never used.
  const last = Number((await parts.client.hget(parts.keys.meta, "batch")) ?? 0);
  return { kind: seq <= last ? "gone" : "unknown" };
}

export function batchOf({ ids }: Pick<Parts, "ids">, record: BatchRecord): Batch {
  const { seq, version, total, ended, running, createdAt, finishedAt, onEnd } = record;
  return {
    ...{ id: ids.batchIdOf(seq), version, total },
    states: { queued: total - countEnded(ended) - running, running, ...ended },
    ...{ createdAt, finishedAt, hasWebhook: onEnd !== null },
  };
}

/** The ids of its jobs, in the order of the submission; also of those that were removed. */
export function jobsOf(
  { ids }: Pick<Parts, "ids">,
  { firstJob, total }: Pick<BatchBasis, "firstJob" | "total">,
): string[] {
  return Array.from({ length: total }, (_, place) => ids.idOf(firstJob + place));
}
