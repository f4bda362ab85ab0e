import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import {
  findTree,
  measureUsage,
  readTree,
  readTreeMemory,
} from "../../../../bench/load/processes/process-tree.ts";

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A process that runs this code, and says a word when it got to the end of it. */
async function running(code: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--eval", `${code}; process.stdout.write("ready")`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  await once(child.stdout, "data");
  return child;
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error("the process did not start");
  return child.pid;
}

const waitForInput = "process.stdin.resume()";
const burn200Ms = "while (process.cpuUsage().user < 2e5);";

test("a tree is a process and what descends from it", () => {
  const stat = (pid: number, parentPid: number) => ({
    ...{ pid, parentPid, userMs: 0, systemMs: 0, endedChildrenMs: 0, threads: 1 },
  });
  const stats = [stat(5, 4), stat(1, 0), stat(4, 2), stat(3, 1), stat(2, 1), stat(6, 0)];
  expect(findTree(1, stats).map(({ pid }) => pid)).toEqual([1, 3, 2, 4, 5]);
  expect(findTree(9, stats)).toEqual([]);
});

describe.runIf(process.platform === "linux")("on Linux", () => {
  test("CPU time of a child is of the tree, also when the child has ended", async () => {
    const before = readTree(process.pid);
    const child = await running(`${burn200Ms} ${waitForInput}`);
    const during = measureUsage(before, readTree(process.pid));
    child.stdin?.end();
    await once(child, "exit");
    const after = measureUsage(before, readTree(process.pid));
    if (!during.available || !after.available) throw new Error("/proc could not be read");
    expect(during.cpuMs).toBeGreaterThanOrEqual(190);
    expect(after.cpuMs).toBeGreaterThanOrEqual(during.cpuMs);
    expect(after.elapsedMs).toBeGreaterThan(0);
  });

  test("memory is told by its kind", async () => {
    const child = await running(`const kept = Buffer.alloc(5e7, 1); ${waitForInput}`);
    const memory = readTreeMemory(pidOf(child));
    expect(memory).toMatchObject({ available: true, kind: "pss" });
    if (memory.available) expect(memory.bytes).toBeGreaterThan(5e7);
  });

  test("a process that has gone is not available", async () => {
    const child = await running(waitForInput);
    const pid = pidOf(child);
    const before = readTree(pid);
    child.kill("SIGKILL");
    await once(child, "exit");
    const gone = { available: false, reason: `there is no process ${pid}` };
    expect(before).toMatchObject({ available: true, pids: [pid] });
    expect(readTree(pid)).toEqual(gone);
    expect(readTreeMemory(pid)).toEqual(gone);
    expect(measureUsage(before, readTree(pid))).toEqual(gone);
  });
});
