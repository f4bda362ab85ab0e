/** Steps with jobs that run after others, and with batches. */
import fc from "fast-check";
import { expect } from "vitest";
import type { SubmittedBatch } from "../../../../../src/jobs/batch.ts";
import type { Model } from "../model.ts";
import { isUnfinished, type ModelJob } from "../model-job.ts";
import { pick, type StepKind, stepKind } from "./step.ts";
import { modelJob, newJob, submit } from "./submitting.ts";

const onFailure = fc.constantFrom("cancel", "run");
const afterOthers = fc.record({ picks: fc.array(pick, { minLength: 1, maxLength: 3 }), onFailure });

const submitAfter = stepKind("submit after", 5, afterOthers, (subject, { picks, ...parts }) => {
  const { model } = subject;
  const before = [...new Set(picks.flatMap((each) => model.job(each) ?? []))];
  const job = newJob({ ...parts, after: before.map(({ id }) => ({ id })) });
  const answer = submit(subject, job);
  if (before.some(({ state }) => state === "gone")) {
    expect(answer.kind).toBe("no-prerequisite");
    return;
  }
  if (answer.kind !== "accepted") throw new Error(answer.kind);
  const accepted = modelJob(model, answer.job.id, job);
  model.accept(accepted);
  waitFor(model, accepted, before);
});

/** A job was accepted that is to run after these. */
function waitFor(model: Model, job: ModelJob, before: readonly ModelJob[]): void {
  const hasFailed = before.some((each) => !isUnfinished(each) && each.state !== "succeeded");
  if (hasFailed && job.onFailure === "cancel") {
    job.waits.clear(); // It waits for none, also when it is retried by hand.
    model.finish(job, "cancelled");
  } else for (const each of before) if (isUnfinished(each)) job.waits.add(each.id);
}

/** Each job of a batch may run after the one before it in the list, and after an earlier job. */
const batch = fc.record({
  jobs: fc.array(fc.record({ isAfter: fc.boolean(), earlier: fc.option(pick), onFailure }), {
    minLength: 1,
    maxLength: 3,
  }),
});

const submitBatch = stepKind("submit batch", 2, batch, (subject, { jobs }) => {
  const { model } = subject;
  const made = jobs.map(({ isAfter, earlier, ...parts }, index) => {
    const found = earlier === null ? undefined : model.job(earlier);
    const before = found && found.state !== "gone" ? [found] : [];
    const own = isAfter && index > 0 ? [{ index: index - 1 }] : [];
    return {
      before,
      job: newJob({ ...parts, after: [...own, ...before.map(({ id }) => ({ id }))] }),
    };
  });
  const args = { batch: { jobs: made.map(({ job }) => job), onEnd: null, key: null } };
  const answer = subject.ask<SubmittedBatch>({ name: "submit-batch", args });
  if (answer.kind !== "accepted") throw new Error(answer.kind);
  const accepted = made.map(({ job }, index) => {
    const own = job.after.flatMap((each) =>
      "index" in each ? [answer.jobs[each.index] ?? ""] : [],
    );
    return modelJob(model, answer.jobs[index] as string, job, own);
  });
  for (const job of accepted) model.accept(job);
  for (const [index, { before }] of made.entries())
    waitFor(model, accepted[index] as ModelJob, before);
  model.batches.all.push({ id: answer.batch.id, jobs: accepted, finishedAt: null });
});

const picked = fc.record({ pick });

const cancelBatch = stepKind("cancel batch", 1, picked, (subject, { pick: number }) => {
  const { all } = subject.model.batches;
  const found = all[number % all.length];
  if (!found) return;
  subject.ask({ name: "cancel-batch", args: { id: found.id } });
  for (const job of found.jobs) if (isUnfinished(job)) subject.model.cancel(job);
});

export const afterSteps: readonly StepKind[] = [submitAfter, submitBatch, cancelBatch];
