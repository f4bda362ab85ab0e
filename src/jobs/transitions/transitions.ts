/**
 * The rules of a job's states, the same with every queue. They are pure: a queue asks what becomes of
 * a job, and writes that down.
 *
 *     queued -> running -> succeeded | failed | cancelled
 *     running -> queued     to be run again
 *     queued -> cancelled   by its client
 *     queued -> expired     it did not start in time
 */
import type { ProblemType } from "../../problems.ts";
import { longestPauseMs, shortestSnoozeMs } from "../../tasks/decision.ts";
import { type Ended, isUnstarted } from "../assignment.ts";
import type { JobError, JobState } from "../job.ts";
import type { JobKey } from "../new-job.ts";
import { pauseMs } from "./retry.ts";

/** What the rules need to know of a job that is running. */
export interface RunningJob {
  /** How many attempts count so far, the one under way among them. */
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  /** How many attempts were lost in a row before the one under way. */
  readonly losses: number;
  readonly cancelRequested: boolean;
}

/** What becomes of a job at the end of an attempt. */
export type Transition =
  | {
      readonly to: "succeeded";
      readonly result: string;
      readonly bytesAt?: number;
      readonly body?: Uint8Array;
    }
  | { readonly to: "failed"; readonly error: JobError }
  /**
   * `error`: the reason, unless a client has cancelled it. `attempts`: where the attempt under way had
   * not started, those without it.
   */
  | { readonly to: "cancelled"; readonly error?: JobError; readonly attempts?: number }
  | { readonly to: "expired" }
  | Requeued;

/** It is to be run again. */
export interface Requeued {
  readonly to: "queued";
  readonly attempts: number;
  readonly losses: number;
  /** Before the next attempt; 0 for none. */
  readonly pauseMs: number;
  /** Null where the attempt has none of its own: the job keeps that of the attempt before. */
  readonly error: JobError | null;
}

/**
 * An attempt ended, and its worker told how. A wish to cancel goes before everything, also before a
 * result: the client was told that the job would be cancelled.
 *
 * @param random from 0 to below 1
 */
export function afterEnd(job: RunningJob, ending: Ended, random: () => number): Transition {
  const { attempts, losses } = job;
  if (job.cancelRequested || ending.kind === "cancelled") {
    return { to: "cancelled", ...(isUnstarted(ending) && { attempts: attempts - 1 }) };
  }
  switch (ending.kind) {
    case "succeeded": {
      const { kind: _, report: __, ...kept } = ending;
      return { to: "succeeded", ...kept };
    }
    case "handed-back":
      return { to: "queued", attempts: attempts - 1, losses, pauseMs: 0, error: null };
    case "snoozed": {
      const pause = bounded(ending.pauseMs, shortestSnoozeMs);
      return { to: "queued", attempts: attempts - 1, losses: 0, pauseMs: pause, error: null };
    }
    case "failed": {
      const { error, retry, pauseMs: asked } = ending;
      if (!retry || !hasAttemptsLeft(job)) return { to: "failed", error };
      const backOff = pauseMs(job.backoffMs, attempts, random);
      const pause = asked === undefined ? backOff : bounded(asked, 0);
      return { to: "queued", attempts, losses: 0, pauseMs: pause, error };
    }
  }
}

/**
 * A worker ended during an attempt, and nobody knows whether the attempt was to blame. It counts where
 * no other job can have ended the worker. One of several does not count, unless the job is a suspect:
 * from then on every loss counts, so the job reaches a final state whatever happens. The first loss
 * costs no pause.
 *
 * @param wasAlone whether no other job ran on the worker
 * @param random from 0 to below 1
 */
export function afterLoss(job: RunningJob, wasAlone: boolean, random: () => number): Transition {
  if (job.cancelRequested) return { to: "cancelled" };
  const { attempts, backoffMs, losses } = job;
  const counts = wasAlone || isSuspect(losses);
  const error = workerLost(job, counts);
  if (counts && !hasAttemptsLeft(job)) return { to: "failed", error };
  return {
    to: "queued",
    attempts: counts ? attempts : attempts - 1,
    losses: losses + 1,
    pauseMs: losses === 0 ? 0 : pauseMs(backoffMs, losses, random),
    error,
  };
}

/**
 * What a client's wish to cancel does: a job that waits ends at once (`end`), the run of one that is
 * running is to be stopped (`stop`), and one that has ended stays as it is.
 */
export function onCancel(state: JobState): "end" | "stop" | "nothing" {
  if (state === "queued") return "end";
  return state === "running" ? "stop" : "nothing";
}

/**
 * Whether a submission repeats an earlier one that had the same key: any of its fingerprints is one
 * of the other's.
 */
export function isRepeated(key: JobKey, earlier: readonly string[]): boolean {
  return key.fingerprints.some((fingerprint) => earlier.includes(fingerprint));
}

/** So many losses in a row make a job a suspect. One is what an operator's kill costs. */
export const suspiciousLosses = 2;

/**
 * Whether a job may be what ends its workers. A suspect runs with no other job on its worker, so that
 * the next loss shows which job it is.
 *
 * @param losses how many of its attempts were lost in a row
 */
export function isSuspect(losses: number): boolean {
  return losses >= suspiciousLosses;
}

/** What a task may ask for, whatever it asks for. */
function bounded(pauseMs: number, least: number): number {
  return Math.min(longestPauseMs, Math.max(least, Math.ceil(pauseMs)));
}

function hasAttemptsLeft({ attempts, maxAttempts }: RunningJob): boolean {
  return attempts < maxAttempts;
}

function workerLost({ attempts, maxAttempts }: RunningJob, counts: boolean): JobError {
  const lost = `The worker ended during attempt ${attempts} of ${maxAttempts}.`;
  const excuse = " It ran other jobs as well, so that the attempt does not count.";
  const type = "worker-lost" satisfies ProblemType;
  return { type, detail: counts ? lost : lost + excuse };
}
