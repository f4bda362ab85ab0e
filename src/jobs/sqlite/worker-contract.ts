/** Messages between the queue's host in the primary and the queue in a worker. */
import { isCount, isNull, isObject, isText } from "../../channel/checks.ts";
import type { Side } from "../../channel/contract.ts";
import type { Assignment, Found } from "../job.ts";
import { attempt, storeSide } from "./commands.ts";
import { isEnding, isJobList } from "./job-checks.ts";

const { submit, find, list, stats } = storeSide.calls;

/** No worker has more slots (`--threads`). */
const mostRoom = 1024;

function isRoom(value: unknown): value is number {
  return isCount(value) && value <= mostRoom;
}

/** What the host answers and takes. */
export const queueSide = {
  calls: {
    submit: { ...submit, args: { jobs: isJobList } },
    find,
    list,
    stats,
    cancel: { args: { id: isText }, answer: isObject<Found> },
    /** Answered when the end is on disk, or when the attempt turns out not to count any more. */
    end: { args: { ...attempt, ending: isEnding }, answer: isNull },
  },
  notes: {
    /** `watch` is the worker's own number for it. */
    watch: { watch: isCount, id: isText },
    unwatch: { watch: isCount },
    /** `received`: assignments that had arrived at the worker. More may be on their way. */
    offer: { room: isRoom, received: isCount },
    progress: { ...attempt, progress: isText },
  },
} satisfies Side;

/** What a worker takes. */
export const workerSide = {
  calls: {},
  notes: {
    /** A watched job changed. */
    news: { watch: isCount, found: isObject<Found> },
    assignment: { assignment: isObject<Assignment> },
    /** The client wants this attempt to end. */
    stop: attempt,
  },
} satisfies Side;

export type QueueSide = typeof queueSide;
export type WorkerSide = typeof workerSide;
