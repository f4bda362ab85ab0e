/** `GET /events` of a real server: what somebody who watches it sees. */
import { expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess } from "../helpers/server-process.ts";
import { Watching } from "../helpers/watching.ts";

const tasks = new URL("../fixtures/holding-task.ts", import.meta.url).pathname;

const start = (...flags: string[]) =>
  ServerProcess.start(["--control", "0", "--tasks", tasks, "--run-timeout", "5m", ...flags]);

test("a run is seen while it holds its event loop, and once more when it has ended", async () => {
  using folder = new Folder();
  await using server = await start("--mode", "cluster", "--cores", "1");
  await using watching = await Watching.open(server.controlUrl);
  expect(watching.start.server).toMatchObject({
    ...{ pid: server.child.pid, mode: "cluster", executor: "inline" },
    ...{ url: server.url, hasJobs: false },
  });
  const run = server.post("/tasks/hold", { until: folder.file("done") });
  await watching.when(() => watching.runs.length > 0);
  const [begun] = watching.runs;
  expect(begun).toMatchObject({
    ...{ run: 1, row: 0, thread: null, task: "hold", lane: "live", executor: "inline" },
    ...{ job: null, attempt: null, isBorrowed: false },
    ...{ endedAt: null, cpuMs: null, outcome: null },
  });
  folder.write({ done: "" });
  expect((await run).status).toBe(200);
  await watching.when(() => watching.runs.length > 1);
  const ended = watching.runs[1];
  expect(ended).toEqual({
    ...begun,
    endedAt: expect.any(Number),
    cpuMs: expect.any(Number),
    outcome: "succeeded",
  });
  expect(ended?.endedAt).toBeGreaterThan(Number(begun?.startedAt));
});
