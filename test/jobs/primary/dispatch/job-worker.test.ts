import { pino } from "pino";
import { expect, test } from "vitest";
import { nextLife } from "../../../../src/channel/life.ts";
import type { ClaimedJob } from "../../../../src/jobs/messages/commands.ts";
import { JobWorker } from "../../../../src/jobs/primary/dispatch/job-worker.ts";
import { remainsOf } from "../../../../src/jobs/primary/dispatch/remains.ts";
import { HostLog } from "../../../../src/jobs/primary/host-log.ts";
import { Starts } from "../../../../src/jobs/starts.ts";

function assignment(id: string, attempt = 1): ClaimedJob {
  const job = { seq: 1, task: "spin", input: "{}", timeoutMs: 1000 };
  return { id, token: 1, attempt, maxAttempts: 3, ...job };
}

test("when a worker is killed for a hung run, that attempt fails and the others go back", () => {
  const worker = new JobWorker(nextLife(undefined), 1);
  for (const id of ["culprit", "innocent"]) worker.assign(assignment(id));
  const culprit = { id: "culprit", token: 1 };
  const innocent = { id: "innocent", token: 1 };
  expect(worker.endOf(culprit)).toBeUndefined();
  const task = "spin";
  worker.hung([
    { task, attempt: culprit },
    { task, attempt: { id: "nobody's", token: 1 } },
    { task: "of a client" },
  ]);
  expect(worker.endOf(culprit)).toMatchObject({
    kind: "failed",
    error: { type: "run-timeout", detail: expect.stringContaining("1000 ms (timeoutMs)") },
    retry: true,
  });
  expect(worker.endOf(innocent)).toEqual({ kind: "handed-back" });
});

test("what never ends before a run is an attempt, too, and is told as such", () => {
  const worker = new JobWorker(nextLife(undefined), 1);
  worker.assign(assignment("culprit"));
  worker.assign(assignment("innocent"));
  worker.hung([{ task: "spin", by: "asked", attempt: { id: "culprit", token: 1 } }]);
  worker.lost(new Starts()); // Neither had started.
  const error = {
    type: "run-timeout",
    detail: expect.stringMatching(/^What spin does before its run .*its worker was ended/),
  };
  const ending = { kind: "failed", error, retry: true, report: expect.anything() };
  const lines: string[] = [];
  const sink = pino({ base: null }, { write: (line) => void lines.push(JSON.parse(line).job) });
  expect(
    remainsOf(worker, new HostLog(sink, { path: "jobs.db", noun: "the queue's file" })),
  ).toMatchObject([
    { name: "end", args: { id: "culprit", ending } },
    { name: "end", args: { id: "innocent", ending: { kind: "handed-back" } } },
  ]);
  expect(lines).toEqual(["culprit"]);
});

test("an ending counts only for an attempt that the worker has, by its token", () => {
  const worker = new JobWorker(nextLife(undefined), 1);
  worker.assign(assignment("a"));
  worker.atExit({ id: "a", token: 2 }, { kind: "cancelled" });
  expect(worker.endOf({ id: "a", token: 1 })).toBeUndefined();
  worker.atExit({ id: "a", token: 1 }, { kind: "cancelled" });
  expect(worker.endOf({ id: "a", token: 1 })).toEqual({ kind: "cancelled" });
  expect(worker.endOf({ id: "a", token: 2 })).toBeUndefined();
});

test("an attempt was not alone where another run went on after its end was sent", () => {
  const log = new HostLog(pino({ level: "silent" }), { path: "jobs.db", noun: "the queue's file" });
  const lost = (...ids: string[]) => {
    const worker = new JobWorker(nextLife(undefined), 1);
    for (const id of ids) worker.assign(assignment(id));
    worker.atExit({ id: "late", token: 1 }, { kind: "cancelled" });
    return remainsOf(worker, log).find(({ name }) => name === "lost")?.args;
  };
  expect(lost("one")).toMatchObject({ wasAlone: true });
  expect(lost("one", "late")).toMatchObject({ wasAlone: false });
  expect(lost("late")).toBeUndefined();
});

test("what only waited in a worker goes back without a line, and is no company", () => {
  const lines: string[] = [];
  const sink = pino({ base: null }, { write: (line) => void lines.push(JSON.parse(line).job) });
  const worker = new JobWorker(nextLife(undefined), 1);
  const [running, waiting] = ["running", "waiting"].map((id, index) => {
    return worker.assign({ ...assignment(id), seq: index + 1 });
  });
  const starts = new Starts();
  starts.add(Buffer.from(Float64Array.of(1, 1).buffer));
  worker.lost(starts);
  expect(
    remainsOf(worker, new HostLog(sink, { path: "jobs.db", noun: "the queue's file" })),
  ).toMatchObject([
    { name: "end", args: { id: waiting?.id, ending: { kind: "handed-back" } } },
    { name: "lost", args: { attempts: [{ id: running?.id }], wasAlone: true } },
  ]);
  expect(lines).toEqual(["running"]);
  expect(worker.suspectTasks).toEqual(["spin"]);
});

test("the log names each lost attempt, says whether it counts, and what follows", () => {
  const lines: string[] = [];
  const sink = pino({ base: null }, { write: (line) => void lines.push(JSON.parse(line).msg) });
  const log = new HostLog(sink, { path: "jobs.db", noun: "the queue's file" });
  const lost = (...assignments: ClaimedJob[]) => {
    const worker = new JobWorker(nextLife(undefined), 1);
    for (const each of assignments) worker.assign(each);
    remainsOf(worker, log);
    return lines.splice(0);
  };
  const alone = "which counts: no other job ran there";
  expect(lost(assignment("a"))).toEqual([
    `The worker ended during attempt 1 of 3, ${alone}. The job runs again, unless it was cancelled`,
  ]);
  expect(lost(assignment("a", 3))).toEqual([
    `The worker ended during attempt 3 of 3, ${alone}. No attempt is left`,
  ]);
  expect(lost(assignment("a"), assignment("b", 2))).toEqual([
    expect.stringMatching(
      /^The worker ended during attempt 1 of 3, beside other jobs: it does not/,
    ),
    expect.stringMatching(
      /^The worker ended during attempt 2 of 3, beside other jobs: it does not/,
    ),
  ]);
});
