import { AppError } from "../../../errors.ts";
import type { NewJob, Submitted } from "../../../jobs/new-job.ts";
import type { Jobs } from "../../../jobs/queue.ts";

/** Jobs in one write to the disk. Everybody else who uses the queue waits for one such write. */
export const jobsAtOnce = 500;

/**
 * Submits many jobs in pieces, one after the other, so that other clients have their turn between
 * two of them.
 *
 * @returns one answer a job, in the same order; an error for each job from the piece on that the
 * queue refused
 * @throws AppError if it refused the first piece: then no job was accepted
 */
export async function submitInPieces(
  queue: Pick<Jobs, "submit">,
  jobs: readonly NewJob[],
): Promise<readonly (Submitted | AppError)[]> {
  const answers: (Submitted | AppError)[] = [];
  for (let from = 0; from < jobs.length; from += jobsAtOnce) {
    try {
      answers.push(...(await queue.submit(jobs.slice(from, from + jobsAtOnce))));
    } catch (error) {
      if (from === 0 || !(error instanceof AppError)) throw error;
      return [...answers, ...jobs.slice(from).map(() => error)];
    }
  }
  return answers;
}
