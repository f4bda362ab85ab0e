/** Steps with jobs of which there is to be one at a time. */
import fc from "fast-check";
import { expect } from "vitest";
import type { NewJob } from "../../../../../src/jobs/new-job.ts";
import type { Model } from "../model.ts";
import type { ModelJob } from "../model-job.ts";
import { type StepKind, stepKind } from "./step.ts";
import { modelJob, newJob, submit } from "./submitting.ts";

const unique = fc.record({
  priority: fc.integer({ min: -1, max: 1 }),
  unique: fc.record({
    key: fc.constantFrom("k", "l"),
    while: fc.constantFrom("queued", "unfinished"),
    onConflict: fc.constantFrom("return", "replace", "replace", "refuse"),
  }),
});

const submitUnique = stepKind("submit unique", 12, unique, (subject, parts) => {
  const { model } = subject;
  const job = newJob(parts);
  const holder = model.keys.holder(job.task, parts.unique.key);
  const answer = submit(subject, job);
  if (!holder) {
    if (answer.kind !== "accepted") throw new Error(answer.kind);
    expect(answer.conflict).toBeUndefined();
    model.accept(modelJob(model, answer.job.id, job));
    return;
  }
  const { onConflict } = parts.unique;
  const isReplaced = onConflict === "replace" && holder.state === "queued";
  if (isReplaced) replace(model, holder, job);
  const isReturned = isReplaced || onConflict === "return";
  const conflict = isReplaced ? "replaced" : "returned";
  const expected = isReturned
    ? { kind: "accepted", conflict, job: { id: holder.id } }
    : { kind: "unique-conflict", id: holder.id, state: holder.state };
  expect(answer).toMatchObject(expected);
});

/** A job that waits becomes what was submitted. It keeps its id, its age, and what it waits for. */
function replace(model: Model, holder: ModelJob, job: NewJob): void {
  const {
    priority,
    maxAttempts,
    backoffMs,
    runAt,
    group,
    startBefore,
    unique: key,
  } = modelJob(model, holder.id, job);
  Object.assign(holder, { priority, maxAttempts, backoffMs, runAt, group, startBefore });
  Object.assign(holder, { unique: key, attempts: 0, losses: 0, isPausing: false });
  holder.checkpoint = undefined;
}

export const uniqueSteps: readonly StepKind[] = [submitUnique];
