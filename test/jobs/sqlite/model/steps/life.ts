/** Steps in the life of a plain job: submitted, claimed, run, ended, lost, cancelled. */
import fc from "fast-check";
import { expect } from "vitest";
import type { Assignment, Ended } from "../../../../../src/jobs/assignment.ts";
import type { Stage } from "../../../../../src/jobs/transitions/losses.ts";
import type { ModelAttempt } from "../model-job.ts";
import type { Subject } from "../subject.ts";
import { pick, type StepKind, stepKind } from "./step.ts";
import { submitOne } from "./submitting.ts";

const error = { type: "task-failed", detail: "no luck" };

const endings: readonly Ended[] = [
  { kind: "succeeded", result: "1" },
  { kind: "failed", error, retry: true },
  { kind: "failed", error, retry: false },
  { kind: "cancelled" },
  { kind: "handed-back" },
  { kind: "failed", error, retry: true, pauseMs: 150 },
  { kind: "snoozed", pauseMs: 150 },
  { kind: "handed-back", report: { executor: "inline", queuedMs: 1, ranMs: 2, cpuMs: null } },
];

const submission = fc.record({
  priority: fc.integer({ min: -2, max: 2 }),
  delayMs: fc.constantFrom(-50, 0, 0, 100),
  maxAttempts: fc.integer({ min: 1, max: 3 }),
});

const submit = stepKind("submit", 4, submission, (subject, { delayMs, ...parts }) => {
  submitOne(subject, { ...parts, runAt: subject.model.now + delayMs });
});

const limits = fc.record({ limit: fc.integer({ min: 1, max: 3 }) });

const claim = stepKind("claim", 5, limits, (subject, { limit }) => {
  const args = { limit, onProbation: [] };
  const claimed = subject.ask<readonly Assignment[]>({ name: "claim", args });
  startClaimed(subject, claimed, false);
  if (claimed.length < limit) expect(subject.model.next(false)).toEqual([]);
  subject.adoptExpired();
});

const claimQuarantined = stepKind("claim quarantined", 3, fc.constant({}), (subject) => {
  const claimed = subject.ask<Assignment | null>({ name: "claim-quarantined", args: {} });
  startClaimed(subject, claimed ? [claimed] : [], true);
  if (!claimed) expect(subject.model.next(true)).toEqual([]);
  subject.adoptExpired();
});

/** Each of them was one of those whose turn it was. */
function startClaimed(
  { model }: Subject,
  claimed: readonly Assignment[],
  quarantined: boolean,
): void {
  for (const { id, token, attempt, checkpoint } of claimed) {
    const next = model.next(quarantined);
    const job = next.find((each) => each.id === id);
    if (!job) throw new Error(`${id} was claimed, and not one of ${next.map((each) => each.id)}`);
    model.start(job);
    expect({ attempt, checkpoint }).toEqual({ attempt: job.attempts, checkpoint: job.checkpoint });
    model.attempts.push({ id, token });
  }
}

const ends = fc.record({ pick, how: fc.nat(endings.length - 1) });

const end = stepKind("end", 5, ends, (subject, { pick: number, how }) => {
  const { model } = subject;
  const attempt = model.attempt(number);
  if (!attempt) return;
  const job = model.running(attempt);
  const ending = endings[how] as Ended;
  subject.ask({ name: "end", args: { ...attempt, ending, place: null } });
  if (job) model.end(job, ending);
});

const picked = fc.record({ pick });

const progress = stepKind("progress", 2, picked, (subject, { pick: number }) => {
  const attempt = subject.model.attempt(number);
  if (attempt) subject.ask({ name: "progress", args: { ...attempt, progress: "1" } });
});

const values = fc.record({ pick, value: fc.nat(9) });

const checkpoint = stepKind("checkpoint", 2, values, (subject, { pick: number, value }) => {
  const attempt = subject.model.attempt(number);
  if (!attempt) return;
  const text = String(value);
  subject.ask({ name: "checkpoint", args: { ...attempt, checkpoint: text } });
  const job = subject.model.running(attempt);
  if (job) job.checkpoint = text;
});

const cancel = stepKind("cancel", 2, picked, (subject, { pick: number }) => {
  const job = subject.model.job(number);
  if (!job) return;
  subject.ask({ name: "cancel", args: { id: job.id } });
  subject.model.cancel(job);
});

const losses = fc.record({ picks: fc.array(pick, { minLength: 1, maxLength: 3 }) });

const lose = stepKind("lose", 3, losses, (subject, { picks }) => {
  const { model } = subject;
  const attempts = [...new Set(picks.flatMap((each) => model.attempt(each) ?? []))];
  if (attempts.length === 0) return;
  subject.ask({ name: "lost", args: { attempts, wasAlone: attempts.length === 1, place: null } });
  loseInModel(subject, attempts);
});

const times = fc.record({ ms: fc.constantFrom(1, 100, 600, 6000) });

const wait = stepKind("wait", 3, times, (subject, { ms }) => {
  subject.model.wait(ms);
  subject.chores();
});

const reopen = stepKind("reopen", 3, fc.constant({}), (subject) => {
  const { model } = subject;
  subject.reopen();
  const running = model.jobs.filter(({ state }) => state === "running");
  model.former = running.map(({ id, token }) => ({ id, token }));
  model.order.taskLimits = {};
});

const stages = fc.record({
  stages: fc.array(fc.constantFrom("waiting", "running", "ended"), { minLength: 1, maxLength: 4 }),
});

/** Where the attempts stood is a matter of the place of their job among all. */
const takeBack = stepKind("take back", 4, stages, (subject, { stages: some }) => {
  const { model } = subject;
  const stageOf = (place: number) => some[place % some.length] as Stage;
  subject.takeBack(({ seq }) => stageOf(seq - 1));
  model.takeBack((job) => stageOf(model.jobs.indexOf(job)));
});

function loseInModel({ model }: Subject, attempts: readonly ModelAttempt[]): void {
  const jobs = attempts.flatMap((attempt) => model.running(attempt) ?? []);
  model.lost(jobs, attempts.length === 1);
}

export const lifeSteps: readonly StepKind[] = [
  submit,
  claim,
  claimQuarantined,
  end,
  progress,
  checkpoint,
  cancel,
  lose,
  wait,
  reopen,
  takeBack,
];
