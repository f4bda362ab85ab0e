import type { NewJob, Submitted } from "../../../../../src/jobs/new-job.ts";
import { plainJob } from "../../../../contracts/queue-under-test.ts";
import type { Model } from "../model.ts";
import type { ModelJob } from "../model-job.ts";
import type { Subject } from "../subject.ts";

const backoffMs = 1000;

export function newJob(parts: Partial<NewJob>): NewJob {
  return { ...plainJob, backoffMs, ...parts };
}

/** @param waits the ids of its prerequisites that have not ended */
export function modelJob(model: Model, id: string, job: NewJob, waits: string[] = []): ModelJob {
  const { task, priority, maxAttempts, startBefore, unique, onFailure, group } = job;
  if (group) model.order.limitGroup(group.key, group.concurrency);
  return {
    ...{ id, task, priority, maxAttempts, backoffMs },
    ...{ state: "queued", attempts: 0, losses: 0, token: 0, cancelRequested: false },
    runAt: Math.max(job.runAt ?? model.now, model.now),
    finishedAt: Number.POSITIVE_INFINITY,
    group: group?.key ?? null,
    ...{ startBefore, unique, onFailure, waits: new Set(waits), past: [] },
  };
}

export function submit(subject: Subject, job: NewJob): Submitted {
  const [answer] = subject.ask<readonly Submitted[]>({ name: "submit", args: { jobs: [job] } });
  if (!answer) throw new Error("no answer");
  return answer;
}

/** Submits a job that is to be accepted. */
export function submitOne(subject: Subject, parts: Partial<NewJob>): void {
  const job = newJob(parts);
  const answer = submit(subject, job);
  if (answer.kind !== "accepted") throw new Error(answer.kind);
  subject.model.accept(modelJob(subject.model, answer.job.id, job));
}
