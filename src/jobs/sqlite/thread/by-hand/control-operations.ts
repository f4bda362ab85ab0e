/** What the commands by hand do to the file, or read from it. */
import { AppError } from "../../../../errors.ts";
import type { Attempt } from "../../../messages/commands.ts";
import type {
  controlReads as reads,
  controlWrites as writes,
} from "../../../messages/control-commands.ts";
import type { RowAttempt } from "../jobs/job-changes.ts";
import type { Selected } from "../jobs/selector.ts";
import { type Reads, rowOf, type Writes } from "../operation.ts";
import type { StoreParts } from "../store-parts.ts";
import { changeJob, changeMany, deleteJob, retryJob } from "./by-hand.ts";
import { fail, failedCondition } from "./expected-version.ts";

export const controlWrites: Writes<keyof typeof writes> = {
  retry(parts, { id, expected }) {
    const failed = failedCondition(parts, id, expected);
    if (failed) return () => fail(failed);
    const refusal = retryJob(parts, rowOf(parts, id));
    return () => ({ found: parts.reader.find(id, false), refusal });
  },
  change(parts, { id, change, expected }) {
    const failed = failedCondition(parts, id, expected);
    if (failed) return () => fail(failed);
    const refusal = changeJob(parts, rowOf(parts, id), change);
    return () => ({ found: parts.reader.find(id, false), refusal });
  },
  remove(parts, { id, expected }) {
    const failed = failedCondition(parts, id, expected);
    if (failed) return () => fail(failed);
    const { isRemoved, stop } = deleteJob(parts, rowOf(parts, id));
    const stops = stop ? [attemptOf(parts, stop)] : [];
    if (isRemoved) return () => ({ removal: { kind: "removed" }, stops });
    return () => ({ removal: parts.reader.find(id, false), stops });
  },
  "set-paused"({ pauses }, { task, isPaused }) {
    pauses.set(task, isPaused);
    const { now } = pauses;
    return () => now;
  },
  "change-many"(parts, { action, selection }) {
    const { limit, cursor, ...filter } = selection;
    const selected = selectRows(parts, filter, limit, cursor);
    if (selected instanceof AppError) return () => fail(selected);
    const { stops, ...changed } = changeMany(parts, action, selected);
    return () => ({ ...changed, stops: stops.map((stop) => attemptOf(parts, stop)) });
  },
};

export const controlReads: Reads<keyof typeof reads> = {
  paused: ({ pauses }) => pauses.now,
  input(parts, { id }) {
    const row = parts.byHand.input.get(rowOf(parts, id));
    return (row?.["input"] ?? null) as string | null;
  },
};

/** @returns the refusal of a wrong cursor: to throw it would fail the whole transaction */
function selectRows(
  { reader }: StoreParts,
  ...selection: Parameters<StoreParts["reader"]["select"]>
): Selected | AppError {
  try {
    return reader.select(...selection);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

function attemptOf({ ids }: StoreParts, { seq, token }: RowAttempt): Attempt {
  return { id: ids.idOf(seq), token };
}
