/**
 * What is asked of the queue about batches, between worker and primary, and between primary and store.
 * A user's task may forge what a worker sends, so every field is checked.
 */
import { isCount, isNull, isObject, isText, isWithin } from "../../channel/checks.ts";
import { fits } from "../../channel/contract.ts";
import type { BatchListing, BatchPage, FoundBatch, NewBatch, SubmittedBatch } from "../batch.ts";
import { maxBatchPrerequisites, maxJobsAtOnce, maxListLimit } from "../limits.ts";
import type { Prerequisite } from "../new-job.ts";
import { isMissingOr } from "./attempt-checks.ts";
import { isJobList, isKeyOrNull, isWebhookOrNull } from "./job-checks.ts";

export function isBatch(value: unknown): value is NewBatch {
  if (!fits(value, { jobs: isJobList, onEnd: isWebhookOrNull, key: isKeyOrNull })) return false;
  const { jobs } = value as NewBatch;
  const isPlace = (each: Prerequisite) => !("index" in each) || each.index < jobs.length;
  const prerequisites = jobs.reduce((sum, { after }) => sum + after.length, 0);
  return (
    jobs.length > 0 &&
    jobs.length <= maxJobsAtOnce &&
    prerequisites <= maxBatchPrerequisites &&
    // A key that is taken would fail in SQLite, as if the file were broken.
    jobs.every(({ key, unique, after }) => !key && !unique && after.every(isPlace))
  );
}

const listing = { limit: isWithin(1, maxListLimit), cursor: isMissingOr(isText) };

function isBatchListing(value: unknown): value is BatchListing {
  return fits(value, listing);
}

const id = { id: isText };

const submit = { args: { batch: isBatch }, answer: isObject<SubmittedBatch> };
const find = { args: id, answer: isObject<FoundBatch> };
const list = { args: { listing: isBatchListing }, answer: isObject<BatchPage> };

/** What a worker asks of the primary. */
export const batchCalls = {
  "submit-batch": submit,
  "find-batch": find,
  "list-batches": list,
  "cancel-batch": { args: id, answer: isObject<FoundBatch> },
};

/** `watch` is that end's own number for it. */
export const batchNotes = {
  "watch-batch": { watch: isCount, id: isText },
  "unwatch-batch": { watch: isCount },
};

/** What the primary asks of the store. */
export const batchWrites = {
  "submit-batch": { ...submit, args: { batch: isObject<NewBatch> } },
  "cancel-batch": { args: id, answer: isObject<FoundBatch> },
};

export const batchReads = {
  "find-batch": find,
  "list-batches": list,
  /** Answers with the batch as it is. Its changes follow as `batch-news`. */
  "watch-batch": find,
  "unwatch-batch": { args: id, answer: isNull },
};
