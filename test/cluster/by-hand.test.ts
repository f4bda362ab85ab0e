import { afterEach, beforeEach, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { type ClientJob, jobEnd, jobTold, submitJob } from "../helpers/job-client.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;
let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder[Symbol.dispose]());

const start = (...more: string[]) =>
  ServerProcess.start(["--tasks", tasks, "--queue", `sqlite:${folder.file("jobs.db")}`, ...more]);

test("a failed job that is retried runs again", async () => {
  await using server = await start("--workers", "1");
  const { id } = await submitJob(server, "throws", { message: "no luck" }, { maxAttempts: 1 });
  expect(await jobEnd(server, id)).toMatchObject({ state: "failed", attempts: 1 });
  expect((await server.post(`/jobs/${id}/retry`, {})).status).toBe(200);
  await server.printed(new RegExp(`(?:"job":"${id}"[\\s\\S]*){2}`));
  expect(await jobEnd(server, id)).toMatchObject({ state: "failed", attempts: 1 });
});

test("many are cancelled at once: those that wait, and those that run in threads", async () => {
  await using server = await start("--mode", "threads", "--threads", "2");
  const jobs: ClientJob[] = [];
  for (let count = 0; count < 6; count++)
    jobs.push(await submitJob(server, "spin", { ms: 60_000 }));
  const ids = jobs.map(({ id }) => id);
  await Promise.all(
    ids.slice(0, 2).map((id) => jobTold(server, id, ({ state }) => state === "running")),
  );
  const answer = await server.post("/jobs/cancel?task=spin", {});
  expect(await answer.json()).toEqual({ changed: 6, more: false, next: null });
  for (const id of ids) expect((await jobEnd(server, id)).state).toBe("cancelled");
});

test("a pause holds across a kill of the server, and its start says so", async () => {
  const first = await start("--workers", "1");
  await first.post("/jobs/pause?task=double", {});
  const { id } = await submitJob(first, "double", { value: 4 });
  await first[Symbol.asyncDispose]();
  await using second = await start("--workers", "1");
  await second.printed(/jobs of task double are paused/);
  const other = await submitJob(second, "throws", { message: "" }, { maxAttempts: 1 });
  expect((await jobEnd(second, other.id)).done).toBe(true);
  expect(await second.get(`/jobs/${id}`)).toMatchObject({ state: "queued", attempts: 0 });
  expect(await second.get("/jobs/pause")).toEqual({ all: false, tasks: ["double"] });
  await second.post("/jobs/resume", {});
  expect(await jobEnd(second, id)).toMatchObject({ state: "succeeded", result: { value: 8 } });
});
