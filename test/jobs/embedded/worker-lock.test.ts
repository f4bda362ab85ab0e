import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { waitForWorkers } from "../../../src/jobs/embedded/worker-lock.ts";
import { Folder } from "../../helpers/embedded-queue.ts";

const lock = new URL("../../../src/jobs/embedded/worker-lock.ts", import.meta.url).href;
let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder[Symbol.dispose]());

/** A process that holds the lock, as a worker does, until it is killed. */
async function worker(path: string) {
  const script = `const { holdWorkerLock } = await import(${JSON.stringify(lock)});
    holdWorkerLock(${JSON.stringify(path)}); console.log("held"); setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

test("there is nothing to wait for where no worker is left", async () => {
  await waitForWorkers(folder.file("jobs.db"), () => expect.unreachable("it waits"));
});

test("waits for every worker of a former server, and says so once; a kill ends the wait", async () => {
  const path = folder.file("jobs.db");
  const workers = await Promise.all([worker(path), worker(path)]);
  const waits = Promise.withResolvers<void>();
  let told = 0;
  let isOver = false;
  const waited = waitForWorkers(path, () => {
    told++;
    waits.resolve();
  }).then(() => {
    isOver = true;
  });
  await waits.promise;
  workers[0]?.kill("SIGKILL");
  await once(workers[0] as never, "exit");
  expect(isOver).toBe(false);
  workers[1]?.kill("SIGKILL");
  await waited;
  expect(told).toBe(1);
});

test("a lock that cannot be used is told with its path", async () => {
  const path = folder.file("none/jobs.db");
  await expect(waitForWorkers(path, () => {})).rejects.toThrow(`${path}-workers cannot be used`);
});
