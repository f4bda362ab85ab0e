/** What is kept of attempts whose worker, or whose whole server, is killed. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { jobEnd, jobTold, submitJob } from "../helpers/job-client.ts";
import { retried } from "../helpers/retried.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;
let folder: Folder;
let flags: string[];

beforeEach(() => {
  folder = new Folder();
  flags = ["--tasks", tasks, "--queue", `sqlite:${folder.file("jobs.db")}`, "--workers", "1"];
});
afterEach(() => folder[Symbol.dispose]());

interface ShownAttempt {
  readonly outcome: string;
  readonly worker: number | null;
  readonly pid: number | null;
}

async function attempts(server: ServerProcess, id: string): Promise<readonly ShownAttempt[]> {
  const response = await fetch(new URL(`/jobs/${id}/attempts`, server.url));
  return ((await response.json()) as { attempts: readonly ShownAttempt[] }).attempts;
}

/** A job whose task has kept a checkpoint, and waits. Progress comes after it, so it is on disk. */
async function waiting(server: ServerProcess): Promise<string> {
  const { id } = await submitJob(server, "resumes", { step: 3 });
  await jobTold(server, id, ({ progress }) => progress !== null);
  return id;
}

describe.each([
  ["inline", ["--executor", "inline"]],
  ["threads", ["--executor", "threads", "--threads", "1"]],
])("in %s", (executor, more) => {
  test("a job whose worker is killed goes on from its checkpoint", async () => {
    await using server = await ServerProcess.start([...flags, ...more]);
    const id = await waiting(server);
    const [pid] = await server.workers();
    process.kill(Number(pid), "SIGKILL");
    await server.printed(/The worker ended during attempt 1 of 3/);
    const job = await retried(server, () => jobEnd(server, id));
    expect(job).toMatchObject({ state: "succeeded", attempts: 2 });
    expect(job.result).toEqual({ resumedFrom: { step: 3 } });
    const kept = await attempts(server, id);
    expect(kept).toMatchObject([
      { number: 1, outcome: "lost", counts: true, worker: 1, pid, executor: null, ranMs: null },
      { number: 2, outcome: "succeeded", counts: true, worker: 1, executor, error: null },
    ]);
    expect(kept[1]?.pid).not.toBe(pid);
  });

  test("a job whose server is killed does so, too, and its history says so", async () => {
    const first = await ServerProcess.start([...flags, ...more]);
    const id = await waiting(first);
    await first[Symbol.asyncDispose]();
    await using second = await ServerProcess.start([...flags, ...more]);
    const job = await jobEnd(second, id);
    expect(job.result).toEqual({ resumedFrom: { step: 3 } });
    expect(await attempts(second, id)).toMatchObject([
      { number: 1, outcome: "lost", worker: null, pid: null },
      { number: 2, outcome: "succeeded", executor },
    ]);
  });
});
