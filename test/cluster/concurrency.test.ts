import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { jobEnd, submitJob } from "../helpers/job-client.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/attempts.ts", import.meta.url).pathname;

/** How many runs there were at most at a time, by their record. */
function mostAtOnce(record: string): number {
  let [now, most] = [0, 0];
  for (const [, word] of record.matchAll(/ (starts|ends)\n/g)) {
    now += word === "starts" ? 1 : -1;
    most = Math.max(most, now);
  }
  return most;
}

test.each<[string, string, object]>([
  ["of a task with a limit", "narrow", {}],
  ["of a group with a limit", "paused", { group: { key: "a", concurrency: 2 } }],
])("two workers run no more jobs at once %s", async (_, task, more) => {
  using folder = new Folder();
  const [file, queue] = [folder.file("record"), `sqlite:${folder.file("jobs.db")}`];
  const flags = ["--mode", "hybrid", "--workers", "2", "--threads", "2", "--tasks", tasks];
  await using server = await ServerProcess.start([...flags, "--queue", queue]);
  const input = { ms: 60, file };
  const jobs = await Promise.all(
    Array.from({ length: 12 }, () => submitJob(server, task, input, more)),
  );
  for (const { id } of jobs) expect((await jobEnd(server, id)).state).toBe("succeeded");
  const record = readFileSync(file, "utf8");
  expect(record.match(/starts/g)).toHaveLength(12);
  expect(mostAtOnce(record)).toBe(2);
  const told = await (await fetch(new URL("/tasks/narrow", server.url))).json();
  expect(told).toMatchObject({ concurrency: 2 });
});
