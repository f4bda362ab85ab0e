/**
 * Messages by which a worker hands waiting live runs over to others. The primary stands between them:
 * a worker *lends* a run, and the primary has a worker with a free slot *borrow* it.
 */
import {
  isCount,
  isFlag,
  isNull,
  isNumber,
  isNumberOrNull,
  isObject,
  isText,
  isTextOrNull,
} from "./checks.ts";
import { fits, type Side } from "./contract.ts";

/** A run on its way to another worker. */
export interface LentRun {
  readonly task: string;
  readonly executor: string;
  /** The input as the client sent it, as JSON text. */
  readonly input: string;
  /** How long it has waited. */
  readonly waitedMs: number;
  /** How long it may wait from now on (`--queue-timeout`). */
  readonly leftMs: number;
  /** Null for `--run-timeout`. */
  readonly runTimeoutMs: number | null;
  /** What its spans are part of (W3C Trace Context); null without an SDK of OpenTelemetry. */
  readonly traceparent: string | null;
}

const lentRun = {
  ...{ task: isText, executor: isText, input: isText },
  ...{ waitedMs: isNumber, leftMs: isNumber, runTimeoutMs: isNumberOrNull },
  traceparent: isTextOrNull,
};

export function isLentRun(value: unknown): value is LentRun {
  return fits(value, lentRun);
}

/** What came of a run, as its worker tells it: only the worker that lent it reads more than the kind. */
export interface RanAnswer {
  readonly kind: "ran" | "failed";
}

/** The worker cannot start it now. */
export interface RefusedRun {
  readonly kind: "refused";
  /** Whether it only had no free slot. Else it would refuse this run again. */
  readonly isBusy: boolean;
}

/** The run was not started. It waits in its own worker again. */
export interface ReturnedRun {
  readonly kind: "returned";
  /** Another worker could not carry it out: do not lend it again. */
  readonly isHome: boolean;
}

/** It has waited for too long, with a worker that has not started it. It must not run any more. */
export interface LateRun {
  readonly kind: "late";
}

/** The worker that had started it has ended. */
export interface LostRun {
  readonly kind: "lost";
  readonly worker: number;
}

export type BorrowAnswer = RanAnswer | RefusedRun;
export type LendAnswer = RanAnswer | ReturnedRun | LateRun | LostRun;

/** What the primary takes. */
export const exchangeSide = {
  calls: {
    /** `number`: the worker's own for this run. Answered when the run has ended, or comes back. */
    lend: { args: { number: isCount, run: isLentRun }, answer: isObject<LendAnswer> },
    /**
     * The worker borrows no more: it is about to end. Answered when the primary has the outcomes of all
     * that it has borrowed.
     */
    leave: { args: {}, answer: isNull },
  },
  notes: {
    /** The worker takes part. */
    join: { slots: isCount },
    /**
     * How many borrowed runs would start at once, and whether own live runs wait. Told when it changes,
     * while the primary wants to know.
     */
    stand: { room: isCount, waits: isFlag },
    /** A borrowed run is about to start. `number` is the primary's. */
    started: { number: isCount },
    /** Nobody wants the lent run any more. */
    unwanted: { number: isCount },
  },
} satisfies Side;

/** What a worker takes. */
export const tradingSide = {
  calls: {
    /** `number`: the primary's for this run. Answered when it has ended. */
    borrow: { args: { number: isCount, run: isLentRun }, answer: isObject<BorrowAnswer> },
  },
  notes: {
    /** Whether to tell `stand`. Nobody lends anything for a while where it is not. */
    ask: { wanted: isFlag },
    /** Lend so many more: with 0 none, until workers may soon be free again. */
    "may-lend": { runs: isCount },
    /** Nobody wants the borrowed run any more. */
    stop: { number: isCount },
  },
} satisfies Side;
