import {
  type AttemptPlace,
  type AttemptReport,
  mostPastAttempts,
  type PastAttempt,
} from "../../../attempt.ts";
import type { Verdict } from "../../../transitions/past-attempt.ts";
import type { Parts } from "../parts.ts";
import type { Change } from "../records/commit.ts";
import type { JobRecord } from "../records/record.ts";

/** What is known of an attempt that has ended. */
export interface ToldAttempt {
  readonly verdict: Verdict;
  /** Null: nobody can say where it ran. */
  readonly place: AttemptPlace | null;
  readonly report: AttemptReport | undefined;
}

/** The attempt of a job has ended. */
export function addToHistory(
  change: Change,
  { keys, clock }: Parts,
  { seq, token, runAt, startedAt }: JobRecord,
  { verdict, place, report }: ToldAttempt,
): void {
  const { number, outcome, counts, error } = verdict;
  const queuedMs = report?.queuedMs ?? null;
  const started = startedAt ?? runAt;
  const past: PastAttempt = {
    ...{ number, startedAt: started, endedAt: clock.now() },
    ...{ worker: place?.worker ?? null, pid: place?.pid ?? null },
    executor: report?.executor ?? null,
    queuedMs: queuedMs === null ? null : Math.max(0, started - runAt) + queuedMs,
    ...{ ranMs: report?.ranMs ?? null, cpuMs: report?.cpuMs ?? null },
    ...{ outcome, counts, error },
    stack: error === null ? null : (report?.stack ?? null),
    log: report?.log ?? { lines: [], dropped: 0 },
  };
  change.do("RPUSH", keys.attempts(seq), JSON.stringify(past));
  if (token > mostPastAttempts) change.do("LTRIM", keys.attempts(seq), -mostPastAttempts, -1);
}
