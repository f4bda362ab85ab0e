/** What the primary and its workers say of the life of a worker. */
import { isCount, isList, isText } from "./checks.ts";
import { fits, type Side } from "./contract.ts";

/**
 * The file descriptor of each worker's lifeline: a pipe to the primary that only the worker's
 * watchdog holds. Each end sees by it that the other is gone.
 */
export const lifelineDescriptor = 4;

const attempt = { id: isText, token: isCount };

const hungRun = {
  task: isText,
  attempt: (value: unknown) => value === undefined || fits(value, attempt),
};

/** What the primary hears from a worker. */
export const supervisorSide = {
  calls: {},
  notes: {
    /** It listens and takes requests. */
    ready: {},
    /** It cannot serve, and is about to exit. */
    "boot-failed": { message: isText },
    /**
     * A run in it does not end, so the worker ends: the message says why. Where the event loop is
     * held, the worker's watchdog says this through the lifeline. Any of `runs` may be to blame;
     * there are none where nobody knows.
     */
    hung: { message: isText, runs: isHungRuns },
  },
} satisfies Side;

/** What a worker hears from the primary. */
export const supervisedSide = {
  calls: {},
  notes: {
    /** Accept no more, finish what runs, and exit with code 0. */
    drain: {},
    /** How many workers are ready now, of how many. */
    workers: { ready: isCount, total: isCount },
  },
} satisfies Side;

/** A run that does not end, as far as other processes know it. */
export interface HungRun {
  readonly task: string;
  /** Which attempt of which job it is; undefined for the run of a client. */
  readonly attempt?: { readonly id: string; readonly token: number } | undefined;
}

function isHungRuns(value: unknown): value is readonly HungRun[] {
  return isList<unknown>(value) && value.every((run) => fits(run, hungRun));
}
