import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { alive } from "../helpers/server-process.ts";
import { queueKinds } from "./queues.ts";

const vitest = new URL("../../node_modules/vitest/vitest.mjs", import.meta.url).pathname;
const root = new URL("../..", import.meta.url).pathname;

/** Two of `kill`, two of `quick` and one of `batches` for each kind of queue. */
const campaignCount = 5 * queueKinds.filter(({ isMissing }) => !isMissing).length;

/** Some campaigns have begun to kill by then, and others start their first server. */
const limitMs = 1500;

test("a campaign that its time limit ends leaves no server", async () => {
  using folder = new Folder();
  const env = { ...process.env, KILL_LIMIT_MS: `${limitMs}`, KILLS: "500", TMPDIR: folder.path };
  const campaigns = ["kill", "batches", "quick"].map((name) => `test/kill/${name}.test.ts`);
  const run = promisify(execFile)(process.execPath, [vitest, "run", ...campaigns], {
    cwd: root,
    env,
  });
  await expect(run).rejects.toMatchObject({
    stdout: expect.stringContaining(`${campaignCount} failed`) as string,
    stderr: expect.stringContaining("timed out") as string,
  });
  expect(await processesWith(folder.path)).toEqual([]);
});

/** The command lines of the processes that name a path (Linux). */
async function processesWith(path: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = pids.map(async (pid) => {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return command.includes(path) && (await alive(Number(pid))) ? [command] : [];
  });
  return (await Promise.all(found)).flat();
}
