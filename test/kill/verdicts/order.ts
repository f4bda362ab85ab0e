/** What holds for jobs that run after others, must start in time, or put themselves off. */
import { expect } from "vitest";
import { snoozeMs } from "../../fixtures/witness.ts";
import type { Case } from "../campaign.ts";

/**
 * It did not run before its prerequisites had ended, nor after one that has not succeeded, unless it
 * runs anyway. What was run again by hand has another end by now.
 */
export function judgeAfter(each: Case, caseOf: (id: string) => Case): void {
  const { accepted, evidence, job } = each;
  const runsAnyway = accepted.body.onFailure === "run";
  const before = accepted.prerequisites.map(({ id }) => caseOf(id));
  for (const { job: prerequisite, accepted: earlier } of before) {
    if (earlier.isRetried) continue;
    const endedAt = Date.parse(prerequisite.finishedAt ?? "");
    for (const { at } of evidence.starts)
      expect(at, `${job.id} ran before ${prerequisite.id} had ended`).toBeGreaterThanOrEqual(
        endedAt,
      );
    if (runsAnyway || prerequisite.state === "succeeded") continue;
    expect(evidence.starts, `${job.id} ran after ${prerequisite.id}`).toEqual([]);
    expect(job.state).toBe("cancelled");
  }
}

/** Whether it was cancelled with one of its prerequisites. */
export function isCancelledByOthers({ accepted }: Case, caseOf: (id: string) => Case): boolean {
  if (accepted.body.onFailure === "run") return false;
  return accepted.prerequisites.some(({ id }) => caseOf(id).job.state !== "succeeded");
}

/** Its first run began in time. What a stop broke off keeps its turn, as if it had not begun. */
export function judgeInTime({ accepted, attempts, job }: Case): void {
  const { startBefore } = accepted.body;
  const isExpired = job.state === "expired";
  if (startBefore === undefined) {
    expect(isExpired, `${job.id} has expired`).toBe(false);
    return;
  }
  const end = attempts.findIndex(({ outcome }) => outcome !== "handed-back");
  const mustBeEarly = end < 0 ? attempts : attempts.slice(0, end + 1);
  for (const { startedAt } of mustBeEarly)
    expect(
      startedAt < startBefore,
      `${job.id} began at ${startedAt}, not before ${startBefore}`,
    ).toBe(true);
  if (!isExpired) return;
  expect(end, `${job.id} has expired, and had run`).toBe(-1);
  expect((job.finishedAt ?? "") >= startBefore, `${job.id} expired too early`).toBe(true);
}

/** An attempt that put it off does not count, and the next one came after the pause. */
export function judgeSnoozes({ accepted, attempts, evidence, job }: Case): void {
  const snoozed = attempts.filter(({ outcome }) => outcome === "snoozed");
  expect(snoozed.filter(({ counts }) => counts)).toEqual([]);
  expect(evidence.snoozes).toBeGreaterThanOrEqual(snoozed.length);
  if (job.state === "succeeded")
    expect(evidence.snoozes, job.id).toBeGreaterThanOrEqual(accepted.snoozes);
  for (const [index, { outcome, endedAt }] of attempts.entries()) {
    const next = attempts[index + 1];
    if (outcome !== "snoozed" || !next || accepted.isRetried) continue;
    const pauseMs = Date.parse(next.startedAt) - Date.parse(endedAt);
    expect(pauseMs, `${job.id} ran again too early`).toBeGreaterThanOrEqual(snoozeMs);
  }
}
