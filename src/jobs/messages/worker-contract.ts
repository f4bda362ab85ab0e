/** Messages between the queue's host in the primary and the queue in a worker. */
import { isCount, isFlag, isList, isObject, isSentBytes, isText } from "../../channel/checks.ts";
import { fits, type Side } from "../../channel/contract.ts";
import type { SentBytes } from "../../channel/pieces.ts";
import type { Ending } from "../assignment.ts";
import type { FoundBatch } from "../batch.ts";
import type { Found } from "../job.ts";
import { isCheckpoint, isMissingOr, isProgress } from "./attempt-checks.ts";
import { batchCalls, batchNotes } from "./batch-commands.ts";
import { type AssignedJob, type Attempt, attempt, storeSide } from "./commands.ts";
import { controlCalls, isListing, knownJob, passedControlCalls } from "./control-commands.ts";
import { deliveryCalls } from "./delivery-commands.ts";
import { isEnding, isSentJobList } from "./job-checks.ts";
import { isCondition, isNewSchedule, isScheduleListing } from "./schedule-checks.ts";

const { submit, find, body, list, stats, attempts } = storeSide.calls;
const putSchedule = storeSide.calls["put-schedule"];
const removeSchedule = storeSide.calls["remove-schedule"];
const findSchedule = storeSide.calls["find-schedule"];
const listSchedules = storeSide.calls["list-schedules"];

/** No worker has more slots (`--threads`). */
const mostRoom = 1024;

/** The end of an attempt, as its worker tells it. */
export interface ToldEnd extends Attempt {
  readonly ending: Ending;
  /** The bytes of its result, which were sent before. */
  readonly body?: SentBytes | undefined;
}

const toldEnd = { ...attempt, ending: isEnding, body: isMissingOr(isSentBytes) };

function isEndList(value: unknown): value is readonly ToldEnd[] {
  return isList<unknown>(value) && value.every((end) => fits(end, toldEnd));
}

function isRoom(value: unknown): value is number {
  return isCount(value) && value <= mostRoom;
}

/** Most tasks that a worker can limit. */
const mostLimits = 10_000;

/** How many jobs of each task may run at once. */
function areLimits(value: unknown): value is Readonly<Record<string, number>> {
  if (!isObject(value)) return false;
  const limits: unknown[] = Object.values(value);
  return limits.length <= mostLimits && limits.every((limit) => isCount(limit) && limit > 0);
}

/** Calls that the host passes on to the store as they are, once they are checked. */
export const passedOn = {
  find,
  body,
  list: { ...list, args: { listing: isListing } },
  stats,
  attempts,
  ...batchCalls,
  ...deliveryCalls,
  ...passedControlCalls,
  "put-schedule": { ...putSchedule, args: { schedule: isNewSchedule, condition: isCondition } },
  "remove-schedule": { ...removeSchedule, args: { name: isText, condition: isCondition } },
  "find-schedule": findSchedule,
  "list-schedules": { ...listSchedules, args: { listing: isScheduleListing } },
};

/** What the host answers and takes of an end that runs no jobs and submits none: of control. */
export const clientSide = {
  calls: {
    ...passedOn,
    ...controlCalls,
    cancel: { args: knownJob, answer: isObject<Found> },
  },
  notes: {
    ...batchNotes,
    /** `watch` is that end's own number for it. */
    watch: { watch: isCount, id: isText },
    unwatch: { watch: isCount },
  },
} satisfies Side;

/** What the host answers and takes of a worker. */
export const queueSide = {
  calls: {
    ...clientSide.calls,
    /** With the bytes of the jobs: they were sent before. */
    submit: { ...submit, args: { jobs: isSentJobList } },
  },
  notes: {
    ...clientSide.notes,
    /** Sent before the first offer; see `limits` of a JobConsumer. */
    limits: { limits: areLimits },
    /** `capacity`: jobs that the worker could run side by side now, those under way among them. */
    offer: { capacity: isRoom },
    /** `number`: of this message. It comes back as `kept`. */
    ends: { number: isCount, ends: isEndList },
    /** The worker cannot mark its starts any more (starts.ts). */
    unmarked: {},
    progress: { ...attempt, progress: isProgress },
    checkpoint: { ...attempt, checkpoint: isCheckpoint },
  },
} satisfies Side;

/** What a worker takes. */
export const workerSide = {
  calls: {},
  notes: {
    /** A watched job changed. */
    news: { watch: isCount, found: isObject<Found> },
    /** A watched batch changed. */
    "batch-news": { watch: isCount, found: isObject<FoundBatch> },
    assigned: { job: isObject<AssignedJob> },
    /** The ends of that message are on disk, or turned out not to count any more. */
    kept: { number: isCount },
    /** What waits in the worker is to go back. */
    "give-back": {},
    /** Whether the store can be reached. It can, until it is told. */
    reachable: { isReachable: isFlag },
    /** The client wants this attempt to end. */
    stop: attempt,
  },
} satisfies Side;

export type ClientSide = typeof clientSide;
export type QueueSide = typeof queueSide;
export type WorkerSide = typeof workerSide;
