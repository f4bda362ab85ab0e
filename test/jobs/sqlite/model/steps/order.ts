/** Steps about whose turn it is: groups, limits, and the time before which a job has to start. */
import fc from "fast-check";
import { type StepKind, stepKind } from "./step.ts";
import { submitOne } from "./submitting.ts";

const tasks = fc.constantFrom("double", "treble");
const priority = fc.integer({ min: 0, max: 1 });

const grouped = fc.record({
  task: tasks,
  priority,
  group: fc.record({
    key: fc.constantFrom("a", "b"),
    concurrency: fc.constantFrom(null, null, 1, 2),
  }),
});

const submitGrouped = stepKind("submit grouped", 10, grouped, submitOne);

const timely = fc.record({
  priority,
  delayMs: fc.constantFrom(0, 0, 50),
  startWithinMs: fc.constantFrom(60, 150, 1000),
});

const submitTimely = stepKind("submit timely", 4, timely, (subject, args) => {
  const { now } = subject.model;
  const { delayMs, startWithinMs } = args;
  const { priority: rank } = args;
  submitOne(subject, { priority: rank, runAt: now + delayMs, startBefore: now + startWithinMs });
});

const limits = fc.record({
  limits: fc.constantFrom({}, { double: 1 }, { treble: 1 }, { double: 2, treble: 1 }),
});

const limitTasks = stepKind("limit tasks", 1, limits, (subject, args) => {
  subject.ask({ name: "set-limits", args });
  subject.model.order.taskLimits = args.limits;
});

/**
 * The time of a job is over, and the chores have not ended it yet: a claim has to see that. It does not
 * pass the time of a delayed job, which only the chores make ready.
 */
const overtake = stepKind("overtake", 4, fc.constant({}), ({ model }) => {
  const waiting = model.jobs.filter(({ state }) => state === "queued");
  const times = waiting.flatMap(({ startBefore }) => startBefore ?? []);
  const next = Math.min(...times.filter((time) => time > model.now));
  const isPassed = waiting.some(({ runAt }) => model.now < runAt && runAt <= next);
  if (Number.isFinite(next) && !isPassed) model.now = next;
});

export const orderSteps: readonly StepKind[] = [submitGrouped, submitTimely, limitTasks, overtake];
