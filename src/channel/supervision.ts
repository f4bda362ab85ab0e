/** Messages between the primary and a worker on the worker's boot, its end and the other workers. */
import { isCount, isFlag, isList, isText, isTextList } from "./checks.ts";
import { fits, type Side } from "./contract.ts";

/**
 * The file descriptor of a worker's lifeline: a pipe between the primary and the worker's watchdog.
 * It closes when either process ends, so each learns of the other's end.
 */
export const lifelineDescriptor = 4;

const attempt = { id: isText, token: isCount };

const hungRun = {
  task: isText,
  by: (value: unknown) => value === undefined || isHeldBy(value),
  attempt: (value: unknown) => value === undefined || fits(value, attempt),
};

/** What the primary takes. */
export const supervisorSide = {
  calls: {},
  notes: {
    /** The worker listens and takes requests. */
    ready: {},
    /** It has loaded these tasks. */
    tasks: { names: isTextList },
    /** While it boots: what it does now, such as the setup of a task; "" for nothing of note. */
    "boot-step": { step: isText },
    /** The worker cannot serve, and is about to exit. */
    "boot-failed": { message: isText },
    /**
     * A run does not end, so the worker will. The message says why. Any of `runs` may be to blame;
     * the list is empty where nobody knows. While the event loop is held, the watchdog sends this
     * through the lifeline.
     */
    hung: { message: isText, runs: isHungRuns },
    /** The worker has had enough, and goes on until another one has taken its place. */
    worn: { reason: isWearReason },
    /**
     * With `--watch`: the worker is about to read this module, which has this version
     * (src/config/file/version.ts).
     */
    reads: { path: isText, version: isText },
  },
} satisfies Side;

/** What a worker takes. */
export const supervisedSide = {
  calls: {},
  notes: {
    /** Take no more work, finish what runs, and exit with code 0. The server may go on without you. */
    drain: { goesOn: isFlag },
    /** How many workers are ready now, and how many there are to be. */
    workers: { ready: isCount, total: isCount },
    /** Where control listens. */
    control: { url: isText },
    /** Log from this level on: one of those of `--log-level`. */
    "log-level": { level: isText },
  },
} satisfies Side;

/**
 * Code of a task that may hold the event loop beside its runs: what is asked of it before a run (its
 * schema, `slots`, `memoryBytes`, `hasAsyncForm`), or what writes a result (`toJSON`).
 */
export type HeldBy = "asked" | "output";

/** A run that does not end, as far as other processes know it. */
export interface HungRun {
  readonly task: string;
  /** What does not end, if it is not the run itself. */
  readonly by?: HeldBy | undefined;
  /** Which attempt of which job it is; undefined for the run of a client. */
  readonly attempt?: { readonly id: string; readonly token: number } | undefined;
}

/** Why a worker is to be replaced by a new one: `--max-rss`, or `--max-runs`. */
export type WearReason = "memory" | "runs";

function isWearReason(value: unknown): value is WearReason {
  return value === "memory" || value === "runs";
}

function isHeldBy(value: unknown): value is HeldBy {
  return value === "asked" || value === "output";
}

function isHungRuns(value: unknown): value is readonly HungRun[] {
  return isList<unknown>(value) && value.every((run) => fits(run, hungRun));
}
