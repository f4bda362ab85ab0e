import { pauseMs } from "./retry.ts";

/** A job whose attempt was lost with its worker. */
export interface LostJob {
  /** The lost one among them. */
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  /** How many attempts were lost in a row before this one. */
  readonly losses: number;
  readonly cancelRequested: boolean;
}

/** What becomes of it. */
export type AfterLoss =
  | { readonly to: "cancelled" }
  | { readonly to: "failed" }
  /** `counts`: whether the lost attempt is one of `maxAttempts`. */
  | { readonly to: "queued"; readonly counts: boolean; readonly pauseMs: number };

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

/**
 * The rule of a loss. The attempt counts where no other job can have ended the worker. One of several
 * does not count, but only as long as the job is no suspect: then every loss counts, and the job
 * reaches a final state whatever happens. The first loss costs no pause.
 *
 * @param wasAlone whether no other job ran on the worker
 * @param random from 0 to below 1
 */
export function afterLoss(job: LostJob, wasAlone: boolean, random: () => number): AfterLoss {
  const { attempts, maxAttempts, backoffMs, losses } = job;
  if (job.cancelRequested) return { to: "cancelled" };
  const counts = wasAlone || isSuspect(losses);
  if (counts && attempts >= maxAttempts) return { to: "failed" };
  const pause = losses === 0 ? 0 : pauseMs(backoffMs, losses, random);
  return { to: "queued", counts, pauseMs: pause };
}
