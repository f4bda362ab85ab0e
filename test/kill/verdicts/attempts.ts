import type { ClientJob } from "../../helpers/job-client.ts";
import type { Start } from "../evidence.ts";

/** An attempt, as a client reads it. */
export interface ClientAttempt {
  readonly number: number;
  readonly outcome: string;
  readonly counts: boolean;
  readonly executor: string | null;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly pid: number | null;
}

export interface AttemptsOfJob {
  readonly job: ClientJob;
  /** The oldest first. */
  readonly attempts: readonly ClientAttempt[];
  readonly starts: readonly Start[];
  /** Its attempts have begun at 1 again. */
  readonly isRetried: boolean;
}

/** What is wrong with a history, and which attempts of it left no evidence. */
export interface Account {
  readonly faults: readonly string[];
  readonly unseen: readonly ClientAttempt[];
}

/**
 * Holds what the queue says of the attempts of a job against what the runs themselves wrote down. Every
 * run belongs to one attempt, and the job counts what its attempts count.
 */
export function accountFor({ job, attempts, starts, isRetried }: AttemptsOfJob): Account {
  const { faults, unseen } = assignStarts(attempts, starts);
  let counted = 0;
  for (const { number, counts } of attempts) {
    if (isRetried && number === 1) counted = 0;
    if (number !== counted + 1) faults.push(`attempt ${number} after ${counted} that count`);
    if (counts) counted++;
  }
  const isBegunAgain = isRetried && job.attempts === 0;
  if (job.attempts !== counted && !isBegunAgain)
    faults.push(`${job.attempts} attempts, and ${counted} of them in the history`);
  return { faults, unseen };
}

/** Each start belongs to the attempt of its time and its process. */
function assignStarts(attempts: readonly ClientAttempt[], starts: readonly Start[]) {
  const faults: string[] = [];
  const unseen = new Set(attempts);
  for (const start of starts) {
    const attempt = attempts.find((each) => unseen.has(each) && isOf(start, each));
    if (attempt) unseen.delete(attempt);
    else faults.push(`a run in process ${start.pid} at ${start.at} that belongs to no attempt`);
  }
  return { faults, unseen: [...unseen] };
}

function isOf({ at, pid }: Start, { startedAt, endedAt, pid: of }: ClientAttempt): boolean {
  if (of !== null && of !== pid) return false;
  return Date.parse(startedAt) <= at && at <= Date.parse(endedAt);
}
