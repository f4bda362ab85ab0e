/** Messages between the primary and the thread that owns the queue's file. */
import {
  isCount,
  isFlag,
  isList,
  isNull,
  isObject,
  isObjectOrNull,
  isText,
  isTextList,
  isTextOrNull,
} from "../../channel/checks.ts";
import type { Asked, CallArgs, NoteArgs, NoteName, Side } from "../../channel/contract.ts";
import type { Reply } from "../../channel/envelope.ts";
import type { Assignment, Ended, Found, JobFilter, JobPage, NewJob, Submitted } from "../job.ts";
import type { QueueStats } from "../stats.ts";

export interface Attempt {
  readonly id: string;
  readonly token: number;
}

export const attempt = { id: isText, token: isCount };

const writes = {
  submit: { args: { jobs: isList<NewJob> }, answer: isList<Submitted> },
  /** Takes jobs that are ready. Those of tasks on probation go into quarantine instead. */
  claim: { args: { limit: isCount, onProbation: isTextList }, answer: isList<Assignment> },
  /** Takes the first job in quarantine; null where there is none. */
  "claim-quarantined": { args: {}, answer: isObjectOrNull<Assignment> },
  end: { args: { ...attempt, ending: isObject<Ended> }, answer: isNull },
  /** A worker ended with these attempts. `wasAlone`: it had one attempt and no other. */
  lost: { args: { attempts: isList<Attempt>, wasAlone: isFlag }, answer: isNull },
  progress: { args: { ...attempt, progress: isText }, answer: isNull },
  /** `token`: of the attempt to stop, where the job is running. */
  cancel: {
    args: { id: isText },
    answer: isObject<{ readonly found: Found; readonly token: number | null }>,
  },
};

const reads = {
  find: { args: { id: isText, withResult: isFlag }, answer: isObject<Found> },
  list: { args: { filter: isObject<JobFilter> }, answer: isObject<JobPage> },
  stats: { args: {}, answer: isObject<QueueStats> },
  /** Answers with the job as it is. Its changes follow as `news`. */
  watch: { args: { id: isText }, answer: isObject<Found> },
  unwatch: { args: { id: isText }, answer: isNull },
  /** Jobs of other tasks leave quarantine, unless they are suspects. */
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
    /** `workerLock`: the lock that each worker of this server holds (worker-lock.ts). */
    opened: { workerLock: isText },
    /** The file cannot be used. The message is for the operator. */
    failed: { message: isText },
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
    /** A watched job has changed. */
    news: { id: isText, found: isObject<Found> },
    /** Sent after each group of commands: how many jobs are ready, and how many are in quarantine. */
    counts: { ready: isCount, quarantined: isCount },
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
