import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { type ClientJob, jobEnd, submitJob } from "../helpers/job-client.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;
const workerLost = { error: { type: "/problems/worker-lost" } };
let folder: Folder;

beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder[Symbol.dispose]());

function start(...flags: string[]): Promise<ServerProcess> {
  const queue = `sqlite:${folder.file("jobs.db")}`;
  return ServerProcess.start(["--tasks", tasks, "--queue", queue, ...flags]);
}

/** Asks again while no worker is there to answer. */
async function endOf(server: ServerProcess, { id }: ClientJob): Promise<ClientJob> {
  for (;;) {
    try {
      return await jobEnd(server, id);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await pause(20);
    }
  }
}

test("jobs that end their workers, many at once: they fail, and light routes are answered", async () => {
  await using server = await start("--mode", "cluster", "--workers", "2");
  const job = { task: "exit", input: { code: 1 }, backoffMs: 50 };
  const submitted = await server.post("/jobs", [job, job, job, job]);
  const { jobs } = (await submitted.json()) as {
    readonly jobs: readonly { readonly job: ClientJob }[];
  };
  /** How many requests in a row were not answered, each time. */
  const gaps = [0];
  let answered = 0;
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      const answer = await fetch(server.url).catch(() => undefined);
      await answer?.text().catch(() => undefined);
      if (answer?.status !== 200) gaps.push((gaps.pop() ?? 0) + 1);
      else {
        answered++;
        if (gaps.at(-1) !== 0) gaps.push(0);
      }
      await pause(50);
    }
  })();
  const ends = await Promise.all(jobs.map((each) => endOf(server, each.job)));
  isOver = true;
  await asking;
  for (const end of ends)
    expect(end).toMatchObject({ state: "failed", attempts: 3, ...workerLost });
  // Both workers die at the same time once, when nothing is known of the task yet. After that an
  // attempt begins while the other worker is up, and costs the request that its own worker has.
  const [, ...later] = gaps.toSorted((a, b) => b - a);
  const attempts = 3 * jobs.length;
  expect(later.reduce((sum, gap) => sum + gap, 0)).toBeLessThanOrEqual(attempts);
  expect(answered).toBeGreaterThan(attempts);
});

test("a job that kills its process beside an innocent one: the innocent succeeds", async () => {
  await using server = await start("--mode", "threads", "--threads", "2");
  const innocent = await submitJob(server, "spin", { ms: 2000 });
  const poison = await submitJob(server, "kills", {}, { backoffMs: 50 });
  expect(await endOf(server, innocent)).toMatchObject({ state: "succeeded", attempts: 1 });
  const end = await endOf(server, poison);
  expect(end).toMatchObject({ state: "failed", attempts: 3, ...workerLost });
});
