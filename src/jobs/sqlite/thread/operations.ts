/** What each command does to the file, or reads from it. */
import type { AnswerTo, CallArgs } from "../../../channel/contract.ts";
import type { ReadCommand, StoreSide, WriteCommand } from "../../messages/commands.ts";
import { batchReads, batchWrites } from "./batches/batch-operations.ts";
import { controlReads, controlWrites } from "./by-hand/control-operations.ts";
import { attemptReads, attemptWrites } from "./jobs/attempt-operations.ts";
import { jobReads, jobWrites } from "./jobs/job-operations.ts";
import type { Reads, Writes } from "./operation.ts";
import { scheduleReads, scheduleWrites } from "./schedules/schedule-operations.ts";
import type { StoreParts } from "./store-parts.ts";
import { deliveryReads, deliveryWrites } from "./webhooks/delivery-operations.ts";

type WriteName = WriteCommand["name"];
type ReadName = ReadCommand["name"];

const writes: Writes<WriteName> = {
  ...jobWrites,
  ...attemptWrites,
  ...controlWrites,
  ...batchWrites,
  ...deliveryWrites,
  ...scheduleWrites,
};

const reads: Reads<ReadName> = {
  ...jobReads,
  ...attemptReads,
  ...controlReads,
  ...batchReads,
  ...deliveryReads,
  ...scheduleReads,
};

/** Changes the file; returns what makes the answer once the transaction is on disk. */
export function carryOutWrite<Name extends WriteName>(
  parts: StoreParts,
  { name, args }: { readonly name: Name; readonly args: CallArgs<StoreSide, Name> },
): () => AnswerTo<StoreSide, Name> {
  return writes[name](parts, args);
}

/** Between two transactions. */
export function carryOutRead<Name extends ReadName>(
  parts: StoreParts,
  { name, args }: { readonly name: Name; readonly args: CallArgs<StoreSide, Name> },
): AnswerTo<StoreSide, Name> {
  return reads[name](parts, args);
}
