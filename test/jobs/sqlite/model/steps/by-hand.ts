/** Steps that are done by hand: retried, removed, changed, one or many, and paused. */
import fc from "fast-check";
import { expect } from "vitest";
import type { Changed, ManyChanged } from "../../../../../src/jobs/control.ts";
import { bulkActions, statesOfAction } from "../../../../../src/jobs/transitions/by-hand.ts";
import { changeInModel, changeManyInModel, removeInModel, retryInModel } from "../model-by-hand.ts";
import { pick, type StepKind, stepKind } from "./step.ts";

const picked = fc.record({ pick });

const retry = stepKind("retry", 3, picked, (subject, { pick: number }) => {
  const job = subject.model.job(number);
  if (!job) return;
  const { refusal } = subject.ask<Changed>({ name: "retry", args: { id: job.id } });
  const expected = retryInModel(subject.model, job);
  expect(refusal).toBe(expected === "changed" || expected === "unchanged" ? null : expected);
});

const remove = stepKind("remove", 2, picked, (subject, { pick: number }) => {
  const job = subject.model.job(number);
  if (!job) return;
  subject.ask({ name: "remove", args: { id: job.id } });
  removeInModel(subject.model, job);
});

const changes = fc.record({
  pick,
  priority: fc.option(fc.integer({ min: -2, max: 2 }), { nil: undefined }),
  delayMs: fc.option(fc.constantFrom(-50, 0, 100, 6000), { nil: undefined }),
});

const change = stepKind("change", 3, changes, (subject, { pick: number, priority, delayMs }) => {
  const { model } = subject;
  const job = model.job(number);
  if (!job) return;
  const runAt = delayMs === undefined ? undefined : model.now + delayMs;
  const wished = {
    ...(priority !== undefined && { priority }),
    ...(runAt !== undefined && { runAt }),
  };
  const args = { id: job.id, change: wished };
  const { refusal } = subject.ask<Changed>({ name: "change", args });
  expect(refusal).toBe(changeInModel(model, job, priority, runAt));
});

const selections = fc.record({
  action: fc.constantFrom(...bulkActions),
  limit: fc.integer({ min: 1, max: 4 }),
});

const many = stepKind("change many", 2, selections, (subject, { action, limit }) => {
  const states = statesOfAction[action];
  const selection = { states, limit };
  const args = { action, selection };
  const { changed } = subject.ask<ManyChanged>({ name: "change-many", args });
  expect(changed).toBe(changeManyInModel(subject.model, action, states, limit));
});

const pauses = fc.record({ isPaused: fc.boolean() });

const pause = stepKind("pause", 1, pauses, (subject, { isPaused }) => {
  subject.ask({ name: "set-paused", args: { task: null, isPaused } });
  subject.model.order.isPaused = isPaused;
});

export const byHandSteps: readonly StepKind[] = [retry, remove, change, many, pause];
