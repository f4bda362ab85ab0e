import { afterEach, beforeEach, expect, test } from "vitest";
import type { Life } from "../../../src/channel/life.ts";
import { WorkerStarts } from "../../../src/jobs/primary/dispatch/worker-starts.ts";
import { makeStarts, StartMarks } from "../../../src/jobs/starts.ts";
import { markEnd } from "../../../src/jobs/worker/mark-end.ts";
import { Folder } from "../../helpers/embedded-queue.ts";

const life = 1 as Life;
const report = { executor: "threads", queuedMs: 1, ranMs: null, cpuMs: null };
const job = {
  ...{ id: "a", seq: 7, token: 3, mark: 2, task: "t", input: "{}" },
  ...{ attempt: 1, maxAttempts: 3, timeoutMs: 1000 },
};

let folder: Folder;
let starts: WorkerStarts;
let marks: StartMarks;
beforeEach(() => {
  folder = new Folder();
  makeStarts(folder.file("starts"));
  starts = new WorkerStarts(folder.file("starts"));
  const settings = starts.open(life);
  marks = (settings && StartMarks.open(settings)) as StartMarks;
});
afterEach(() => {
  marks.close();
  starts.close();
  folder[Symbol.dispose]();
});

test.each(["cancelled", "handed-back"] as const)(
  "a run that was %s on its way to a thread has not started",
  (kind) => {
    marks.start(job.mark, { seq: 6, token: 9 }); // Of an attempt before.
    expect(markEnd(marks, job, { kind, report })).toEqual({ kind });
    expect(starts.take(life)?.stageOf(job)).toBe("waiting");
  },
);

test.each(["cancelled", "handed-back"] as const)(
  "one that has started is %s with its cost",
  (kind) => {
    marks.start(job.mark, job);
    expect(markEnd(marks, job, { kind, report })).toEqual({ kind, report });
    expect(starts.take(life)?.stageOf(job)).toBe("ended");
  },
);

test("a run that goes on until its process ends has no end yet", () => {
  marks.start(job.mark, job);
  const ending = { kind: "at-exit", ended: { kind: "handed-back" } } as const;
  expect(markEnd(marks, job, ending)).toEqual(ending);
  expect(starts.take(life)?.stageOf(job)).toBe("running");
});
