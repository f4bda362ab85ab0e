/** What the host in the primary asks of the store's thread, and what it is told (structured clones). */
import type { Assignment, Ended, Found, JobFilter, JobPage, NewJob, Submitted } from "../job.ts";
import type { QueueStats } from "../stats.ts";
import type { Refusal } from "./refusal.ts";

export interface Attempt {
  readonly id: string;
  readonly token: number;
}

/** Each command, with what it is answered. */
export interface Answers {
  readonly submit: readonly Submitted[];
  readonly claim: readonly Assignment[];
  readonly "claim-held": Assignment | null;
  readonly end: null;
  readonly lost: null;
  readonly progress: null;
  /** `token`: of the attempt that is to be stopped, where the job is running. */
  readonly cancel: { readonly found: Found; readonly token: number | null };
  readonly find: Found;
  readonly list: JobPage;
  readonly stats: QueueStats;
  /** The job as it is: from now on its changes are told. */
  readonly watch: Found;
  readonly unwatch: null;
  readonly hold: null;
}

export type WriteCommand =
  | { readonly op: "submit"; readonly jobs: readonly NewJob[] }
  /** `heldTasks`: jobs of these are held instead. */
  | { readonly op: "claim"; readonly limit: number; readonly heldTasks: readonly string[] }
  /** The first job that was held. */
  | { readonly op: "claim-held" }
  | ({ readonly op: "end"; readonly ending: Ended } & Attempt)
  /** What was lost with one worker; `wasAlone`: it had one attempt, and no other. */
  | { readonly op: "lost"; readonly attempts: readonly Attempt[]; readonly wasAlone: boolean }
  | ({ readonly op: "progress"; readonly progress: string } & Attempt)
  | { readonly op: "cancel"; readonly id: string };

export type ReadCommand =
  | { readonly op: "find"; readonly id: string; readonly withResult: boolean }
  | { readonly op: "list"; readonly filter: JobFilter }
  | { readonly op: "stats" }
  | { readonly op: "watch"; readonly id: string }
  | { readonly op: "unwatch"; readonly id: string }
  /** Jobs that were held and are of none of these tasks are ready again, suspects apart. */
  | { readonly op: "hold"; readonly heldTasks: readonly string[] };

export type Command = WriteCommand | ReadCommand;

export interface Asked<Which extends Command = Command> {
  readonly ref: number;
  readonly command: Which;
}

export type Answer = { readonly ref: number } & (
  | { readonly value: unknown }
  | { readonly refusal: Refusal }
);

/** What the thread tells after each group of commands. */
export interface Told {
  readonly kind: "told";
  readonly answers: readonly Answer[];
  /** Watched jobs that have changed. */
  readonly news: readonly { readonly id: string; readonly found: Found }[];
  /** How many jobs could be claimed now. */
  readonly ready: number;
  /** How many are held. */
  readonly held: number;
}

/** Workers of a former server run so many jobs still; or have ended after that was told. */
export interface Former {
  readonly kind: "former";
  readonly isGone: boolean;
  readonly jobs: number;
  /** Why their locks cannot be looked at, where that is so: they may have ended. */
  readonly trouble?: string;
}

export type FromThread =
  /** `workerLock`: what each of this server's workers has to hold (worker-lock.ts). */
  | { readonly kind: "opened"; readonly workerLock: string }
  /** It cannot be used; the message is for the operator. */
  | { readonly kind: "failed"; readonly message: string }
  /** The file has been closed: all that was asked is on disk. */
  | { readonly kind: "closed" }
  /** A write failed, or succeeds again after that. */
  | { readonly kind: "trouble"; readonly message: string | null }
  /** Something has come over the file: the message is for the operator, and comes once. */
  | { readonly kind: "harm"; readonly message: string }
  /** The file is back at its path, whole, after harm was told. */
  | { readonly kind: "back" }
  /** The file could not be checked after a stop that was not clean. */
  | { readonly kind: "unchecked"; readonly reason: string }
  | Former
  | Told;

export type ToThread =
  | { readonly kind: "asked"; readonly asked: readonly Asked[] }
  | { readonly kind: "close" };

const writes: readonly Command["op"][] = [
  "submit",
  "claim",
  "claim-held",
  "end",
  "lost",
  "progress",
  "cancel",
];

export function isWrite(asked: Asked): asked is Asked<WriteCommand> {
  return writes.includes(asked.command.op);
}
