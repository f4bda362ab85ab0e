import { renameSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { jobEnd, jobTold, submitJob } from "../helpers/job-client.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;
const setClock = new URL("../fixtures/set-clock.ts", import.meta.url).href;
const hour = 3_600_000;

test("a wall clock that is set back and forth: retries, planned jobs and figures", async () => {
  using folder = new Folder();
  const file = folder.file("clock");
  /** At once for whoever reads it. */
  const set = (ahead: number) => {
    writeFileSync(`${file}.new`, String(ahead));
    renameSync(`${file}.new`, file);
  };
  set(0);
  const queue = `sqlite:${folder.file("jobs.db")}`;
  const flags = ["--mode", "threads", "--threads", "2", "--tasks", tasks, "--queue", queue];
  const env = { NODE_OPTIONS: `--import ${setClock}`, CLOCK_FILE: file };
  await using server = await ServerProcess.start(flags, env);
  const failed = (id: string, attempts: number) =>
    jobTold(server, id, ({ state, attempts: now }) =>
      now === attempts ? state === "queued" : now > attempts,
    );
  const runAt = new Date(Date.now() + hour / 2).toISOString();
  const planned = await submitJob(server, "double", { value: 1 }, { runAt });
  const retry = { maxAttempts: 3, backoffMs: 1000 };
  const { id } = await submitJob(server, "throws", { message: "no luck" }, retry);
  const running = await submitJob(server, "spin", { ms: 1000 });
  await server.printed(/spinning/);
  await failed(id, 1);
  set(-40 * 24 * hour); // With timers of 40 days the server would warn, and find no rest.
  await failed(id, 2);
  set(-hour);
  expect(await jobEnd(server, id)).toMatchObject({ state: "failed", attempts: 3 });
  expect((await jobEnd(server, running.id)).state).toBe("succeeded");
  expect((await jobTold(server, planned.id, () => true)).state).toBe("queued");
  set(hour);
  expect((await jobEnd(server, planned.id)).state).toBe("succeeded");
  const { jobs } = await server.get<{ jobs: { runMs: { sum: number; count: number } } }>("/stats");
  expect(jobs.runMs.count).toBe(5);
  expect(jobs.runMs.sum).toBeGreaterThan(0);
  expect(jobs.runMs.sum).toBeLessThan(hour / 2);
  expect(server.stderr).not.toContain("Warning");
});
