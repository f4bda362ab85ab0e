/**
 * Jobs on their way to the store, and its answers. Thousands come at once, and each field of each
 * costs on every hop: what the other side knows is left out.
 */
import type { SentBytes } from "../../channel/pieces.ts";
import { type AcceptedRow, acceptedJob } from "../accepted-job.ts";
import { type NewJob, plainParts, type Submitted } from "../new-job.ts";

type PlainParts = typeof plainParts;
type PlainPart = Exclude<keyof PlainParts, "body">;

/** A new job without the parts that nobody asked for (`plainParts`). Its bytes were sent before. */
export type SentJob<Body = SentBytes> = Omit<NewJob, keyof PlainParts> & {
  readonly [Part in PlainPart]?: NewJob[Part] | undefined;
} & { readonly body?: Body | null | undefined };

/** The same with its bytes, for the store. */
export type StoredJob = SentJob<Pieces | Uint8Array>;

/** Bytes on their way to the store. */
export type Pieces = readonly Uint8Array<ArrayBuffer>[];

/** @param body what names its bytes */
export function toSentJob(job: NewJob, body?: SentBytes): SentJob {
  const { traceparent, key, tags, group, startBefore, unique, after, onFailure } = job;
  return {
    ...job,
    body,
    traceparent: traceparent ?? undefined,
    key: key ?? undefined,
    tags: tags.length > 0 ? tags : undefined,
    group: group ?? undefined,
    startBefore: startBefore ?? undefined,
    unique: unique ?? undefined,
    after: after.length > 0 ? after : undefined,
    onFailure: onFailure === plainParts.onFailure ? undefined : onFailure,
    onEnd: job.onEnd ?? undefined,
    schedule: job.schedule ?? undefined,
  };
}

export function fromSentJob(sent: StoredJob): NewJob {
  return {
    ...sent,
    body: sent.body ? joined(sent.body) : plainParts.body,
    traceparent: sent.traceparent ?? plainParts.traceparent,
    key: sent.key ?? plainParts.key,
    tags: sent.tags ?? plainParts.tags,
    group: sent.group ?? plainParts.group,
    startBefore: sent.startBefore ?? plainParts.startBefore,
    unique: sent.unique ?? plainParts.unique,
    after: sent.after ?? plainParts.after,
    onFailure: sent.onFailure ?? plainParts.onFailure,
    onEnd: sent.onEnd ?? plainParts.onEnd,
    schedule: sent.schedule ?? plainParts.schedule,
  };
}

export function joined(pieces: Pieces | Uint8Array): Uint8Array {
  if (pieces instanceof Uint8Array) return pieces;
  return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
}

/** The store's answer to one submitted job. Whoever submitted a new job knows the rest of it. */
export type StoredAnswer =
  | Submitted
  | {
      readonly kind: "accepted";
      readonly isNew: true;
      readonly job: AcceptedRow;
      readonly replayed: false;
    };

export function toSubmitted(job: NewJob, answer: StoredAnswer): Submitted {
  if (!("isNew" in answer)) return answer;
  return { kind: "accepted", job: acceptedJob(job, answer.job), replayed: false };
}
