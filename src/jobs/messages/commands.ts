/** Messages between the primary and the thread that owns the queue's file. */
import {
  isCount,
  isFlag,
  isList,
  isNull,
  isObject,
  isObjectOrNull,
  isOneOf,
  isText,
  isTextList,
  isTextOrNull,
} from "../../channel/checks.ts";
import type { Asked, CallArgs, NoteArgs, NoteName, Side } from "../../channel/contract.ts";
import type { Reply } from "../../channel/envelope.ts";
import type { Assignment, Ended } from "../assignment.ts";
import type { AttemptPlace } from "../attempt.ts";
import type { FoundBatch } from "../batch.ts";
import type { Found, JobListing, JobPage } from "../job.ts";
import type { BodyOf, FoundAttempts } from "../queue.ts";
import type { ScheduleNews } from "../schedules/schedule-news.ts";
import type { Upgrade } from "../sqlite/thread/schema/upgrade.ts";
import type { RowAttempt } from "../starts.ts";
import type { QueueStats } from "../stats.ts";
import { type Attempt, attempt } from "./attempt.ts";
import { batchReads, batchWrites } from "./batch-commands.ts";
import { controlReads, controlWrites, knownJob } from "./control-commands.ts";
import { deliveryReads, deliveryWrites } from "./delivery-commands.ts";
import { scheduleReads, scheduleWrites } from "./schedule-commands.ts";
import type { Pieces, StoredAnswer, StoredJob } from "./submission.ts";

export { type Attempt, attempt };

/** A job that was claimed, with its row. */
export interface ClaimedJob extends Assignment {
  readonly seq: number;
}

/** A job as it is sent to a worker. */
export interface AssignedJob extends ClaimedJob {
  /** Its place among the marks of the worker's starts (starts.ts). */
  readonly mark: number;
  /** Its run is likely to take less than 1 ms. */
  readonly isShort?: boolean;
  /** It is to wait in the worker until a slot is free. */
  readonly isAhead?: boolean;
}

/** How an attempt ended, by the row of its job. */
export interface EndedRow extends RowAttempt {
  readonly ending: Ended;
  /** The bytes of its result. */
  readonly body?: Pieces;
}

const writes = {
  /**
   * How many jobs of a task may run at once; a task without a limit is not named. It writes nothing,
   * but the claims that follow must know.
   */
  "set-limits": { args: { limits: isObject<Readonly<Record<string, number>>> }, answer: isNull },
  ...scheduleWrites,
  ...controlWrites,
  ...batchWrites,
  ...deliveryWrites,
  submit: { args: { jobs: isList<StoredJob> }, answer: isList<StoredAnswer> },
  /** Takes jobs that are ready. Those of tasks on probation go into quarantine instead. */
  claim: { args: { limit: isCount, onProbation: isTextList }, answer: isList<ClaimedJob> },
  /** Takes the first job in quarantine; null where there is none. */
  "claim-quarantined": { args: {}, answer: isObjectOrNull<ClaimedJob> },
  /** `place`: the worker that had it; null where none had. */
  end: {
    args: { ...attempt, ending: isObject<Ended>, place: isObjectOrNull<AttemptPlace> },
    answer: isNull,
  },
  /** The same for many. The primary has checked that the worker had these attempts. */
  ends: { args: { ends: isList<EndedRow>, place: isObjectOrNull<AttemptPlace> }, answer: isNull },
  /** A worker ended with these attempts. `wasAlone`: it had one attempt and no other. */
  lost: {
    args: { attempts: isList<Attempt>, wasAlone: isFlag, place: isObjectOrNull<AttemptPlace> },
    answer: isNull,
  },
  progress: { args: { ...attempt, progress: isText }, answer: isNull },
  checkpoint: { args: { ...attempt, checkpoint: isText }, answer: isNull },
  /** `token`: of the attempt to stop, where the job is running. */
  cancel: {
    args: knownJob,
    answer: isObject<{ readonly found: Found; readonly token: number | null }>,
  },
};

const reads = {
  ...scheduleReads,
  ...controlReads,
  ...batchReads,
  ...deliveryReads,
  find: { args: { id: isText, withResult: isFlag }, answer: isObject<Found> },
  /** The bytes of an input or a result. */
  body: {
    args: { id: isText, of: isOneOf<BodyOf>("input", "result") },
    answer: isObject<{ readonly bytes: Uint8Array | null }>,
  },
  list: { args: { listing: isObject<JobListing> }, answer: isObject<JobPage> },
  stats: { args: {}, answer: isObject<QueueStats> },
  attempts: { args: { id: isText }, answer: isObject<FoundAttempts> },
  /** Answers with the job as it is. Its changes follow as `news`. */
  watch: { args: { id: isText }, answer: isObject<Found> },
  unwatch: { args: { id: isText }, answer: isNull },
  /** Jobs of these tasks run alone on their worker from now on, and those of others no more. */
  "set-probation": { args: { onProbation: isTextList }, answer: isNull },
};

/** What the queue's thread answers. */
export const storeSide = {
  calls: {
    ...writes,
    ...reads,
    /** Answered when all earlier calls are on disk and the file is closed. */
    close: { args: {}, answer: isNull },
  },
  notes: {},
} satisfies Side;

/** What the primary takes. */
export const hostSide = {
  calls: {},
  notes: {
    /**
     * `workerLock`: the lock that each worker of this server holds (sqlite/worker-lock.ts), if there is
     * one. `starts`: the file in which workers mark their starts (starts.ts).
     */
    opened: { workerLock: isTextOrNull, starts: isText },
    /** Before `opened`: the file is of an earlier version, and takes time. */
    upgrade: { upgrade: isObject<Upgrade> },
    /** `manycore backup` cannot reach this server, for this reason. */
    "no-control": { reason: isText },
    /** The file cannot be used. The message is for the operator. */
    failed: { message: isText },
    /** At the start: what the operator should change where the jobs are. */
    advice: { level: isOneOf("error", "warn"), message: isText },
    /** A write failed, for this reason; null: writes succeed again. */
    trouble: { message: isTextOrNull },
    /** The file was damaged, removed or replaced. The message is for the operator; it is sent once. */
    harm: { message: isText },
    /** After `harm`: the file is back at its path, and whole. */
    back: {},
    /** The last server was killed, and the file could not be checked after that. */
    unchecked: { reason: isText },
    /**
     * Workers of a former server still run this many jobs; `isGone`: they have ended. `trouble`: why
     * their locks cannot be read, so that nobody knows whether they have.
     */
    former: { isGone: isFlag, jobs: isCount, trouble: isTextOrNull },
    /** Whether the store can be reached. It can, until it is told. */
    reachable: { isReachable: isFlag },
    /** The store has lost all jobs. It goes on with none. */
    emptied: {},
    /** A watched job has changed. */
    news: { id: isText, found: isObject<Found> },
    /** There are new deliveries. */
    deliveries: {},
    /** Sent after each group of commands: how many jobs are ready, and how many are in quarantine. */
    counts: { ready: isCount, quarantined: isCount },
    /** A watched batch has changed. */
    "batch-news": { id: isText, found: isObject<FoundBatch> },
    /** Times of schedules were missed, or cannot be computed any more. */
    schedules: { news: isList<ScheduleNews> },
    /** Attempts of jobs that are cancelled with their batch. */
    stops: { attempts: isList<Attempt> },
  },
} satisfies Side;

export type StoreSide = typeof storeSide;
export type HostSide = typeof hostSide;

type WriteName = keyof typeof writes;
type ReadName = keyof typeof reads;
export type CommandName = WriteName | ReadName;

/** A call without its number. */
export type StoreCommand<Name extends CommandName = CommandName> = {
  readonly [Each in Name]: { readonly name: Each; readonly args: CallArgs<StoreSide, Each> };
}[Name];
export type WriteCommand = StoreCommand<WriteName>;
export type ReadCommand = StoreCommand<ReadName>;

export type AskedCommand = Asked<StoreSide, CommandName>;
export type AskedWrite = Asked<StoreSide, WriteName>;

export function isWrite(asked: AskedCommand): asked is AskedWrite {
  return Object.hasOwn(writes, asked.name);
}

export type Former = NoteArgs<HostSide, "former">;

/** What the thread uses of its channel to the primary. */
export interface HostChannel {
  note<Name extends NoteName<HostSide>>(name: Name, args: NoteArgs<HostSide, Name>): void;
  reply(reply: Reply): void;
  flush(): void;
}
