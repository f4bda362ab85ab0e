import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { jobEnd, submitJob } from "../helpers/job-client.ts";
import { retried } from "../helpers/retried.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/attempts.ts", import.meta.url).pathname;

const oneJob = { timeoutMs: 100, backoffMs: 0, maxAttempts: 3 };

/** Runs a job that takes too long each time. @returns what its runs wrote down */
async function recordOf(
  flags: readonly string[],
  task: string,
  input: object,
  timeoutMs = oneJob.timeoutMs,
): Promise<string> {
  using folder = new Folder();
  const file = folder.file("record");
  const queue = ["--queue", `sqlite:${folder.file("jobs.db")}`, "--hang-timeout", "1m"];
  await using server = await ServerProcess.start([...flags, ...queue, "--tasks", tasks]);
  const { id } = await submitJob(server, task, { ...input, file }, { ...oneJob, timeoutMs });
  const job = await jobEnd(server, id);
  expect(job).toMatchObject({ state: "failed", attempts: 3 });
  expect(job.error?.type).toBe("/problems/run-timeout");
  return readFileSync(file, "utf8");
}

test.each([
  ["on the event loops of two workers", ["--workers", "2"]],
  ["with libuv", ["--mode", "libuv", "--threads", "2"]],
])("attempts of one job never overlap, however short its time: %s", async (_, flags) => {
  const record = await recordOf(flags, "paused", { ms: 800 });
  const words = [...record.matchAll(/ (starts|ends)\n/g)].map(([, word]) => word);
  expect(words).toEqual(["starts", "ends", "starts", "ends", "starts", "ends"]);
});

test.runIf(process.platform === "linux")(
  "attempts of one job never overlap, however short its time: in the native code of threads",
  async () => {
    const flags = ["--mode", "threads", "--threads", "2"];
    // A thread needs a moment of the time before it writes down that it starts.
    const record = await recordOf(flags, "native", { iterations: 3_000_000 }, 500);
    expect(record.match(/thread \d+/g)).toHaveLength(3);
    expect(record).not.toContain("overlaps");
  },
);

test("an asynchronous run that never settles costs its worker, and its job an attempt", async () => {
  using folder = new Folder();
  const queue = ["--queue", `sqlite:${folder.file("jobs.db")}`, "--hang-timeout", "300ms"];
  const flags = ["--workers", "2", "--tasks", tasks, ...queue];
  await using server = await ServerProcess.start(flags);
  const more = { timeoutMs: 100, backoffMs: 0, maxAttempts: 2 };
  const { id } = await submitJob(server, "forever", {}, more);
  const cancelled = await submitJob(server, "forever", {}, { timeoutMs: 2000 });
  await server.printed(/(begun[\s\S]*){2}/);
  const url = new URL(`/jobs/${cancelled.id}`, server.url);
  const response = await retried(server, () => fetch(url, { method: "DELETE" }));
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({ state: "running", cancelRequested: true });
  const job = await retried(server, () => jobEnd(server, id));
  expect(job).toMatchObject({ state: "failed", attempts: 2 });
  expect(job.error?.type).toBe("/problems/run-timeout");
  const end = await retried(server, () => jobEnd(server, cancelled.id));
  expect(end).toMatchObject({ state: "cancelled" });
  expect(
    server.log.filter(({ msg }) => /SIGKILL.*forever in inline/.test(String(msg))),
  ).not.toEqual([]);
});
