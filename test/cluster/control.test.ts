/** Control of a real server: what it shows while every core computes, and what it does. */
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Stats } from "../../src/telemetry/figures/stats.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/holding-task.ts", import.meta.url).pathname;

/** Starts a server with control, whose address is in its start line. */
async function start(...flags: string[]) {
  const server = await ServerProcess.start(["--control", "0", "--tasks", tasks, ...flags]);
  const control = /control at (\S+)/.exec(server.stdout)?.[1] ?? "";
  return { server, control };
}

/** Looks until it is so: what workers do is pushed every 250 ms. */
async function when<Seen>(look: () => Promise<Seen>, isSo: (seen: Seen) => boolean): Promise<Seen> {
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    await pause(20);
  }
}

async function statsOf(url: string): Promise<Stats> {
  return (await fetch(`${url}/stats`).then((response) => response.json())) as Stats;
}

async function metricsOf(url: string): Promise<{ text: string; tookMs: number }> {
  const begun = performance.now();
  const text = await fetch(`${url}/metrics`).then((response) => response.text());
  return { text, tookMs: performance.now() - begun };
}

/** The value of a line; undefined where there is none. */
function numberOf(text: string, line: string): number | undefined {
  const found = text.split("\n").find((each) => each.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length + 1));
}

const labels = 'task="hold",executor="inline",lane="live"';
const runCount = `manycore_run_duration_seconds_count{${labels}}`;
const holds = `manycore_runs_total{${labels},outcome="succeeded"}`;

test("the browser's page of each worker links control, of one that is forked later, too", async () => {
  const { server, control } = await start("--workers", "1");
  await using _ = server;
  const headers = { accept: "text/html", connection: "close" };
  const page = () => fetch(server.url, { headers }).then((response) => response.text());
  const pidOf = (text: string) => Number(/pid (\d+)/.exec(text)?.[1]);
  await expect.poll(page).toContain(`href="${control}"`);
  const before = pidOf(await page());
  await fetch(`${control}/reload`, { method: "POST" });
  await expect.poll(page).toContain(`href="${control}"`);
  expect(pidOf(await page())).not.toBe(before);
});

test("control answers while every worker computes, and says what they do", async () => {
  using folder = new Folder();
  const flags = ["--mode", "cluster", "--cores", "2", "--run-timeout", "5m"];
  const { server, control } = await start(...flags);
  await using _ = server;
  const headers = { "content-type": "application/json", connection: "close" };
  const body = JSON.stringify({ until: folder.file("done") });
  const hold = () => fetch(`${server.url}/tasks/hold`, { method: "POST", headers, body });
  // A second one of each worker waits until the first has ended.
  const runs = Promise.all([hold(), hold(), hold(), hold()]);
  const { workers } = await when(
    () => statsOf(control),
    ({ workers }) => workers.every(({ state }) => state?.busySlots === 1),
  );
  expect(workers.map(({ worker, stage }) => [worker, stage])).toEqual([
    [1, "ready"],
    [2, "ready"],
  ]);
  const live = await fetch(`${control}/livez`).then((response) => response.json());
  expect(live).toMatchObject({ status: "alive", pid: server.child.pid });
  for (let turn = 0; turn < 5; turn++) {
    const { text, tookMs } = await metricsOf(control);
    if (process.env["SHOW_TIMES"]) process.stderr.write(`/metrics took ${tookMs.toFixed(1)} ms\n`);
    for (const worker of [1, 2]) {
      expect(numberOf(text, `manycore_worker_busy_slots{worker="${worker}"}`)).toBe(1);
    }
  }

  folder.write({ done: "" });
  expect((await runs).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const { text } = await when(
    () => metricsOf(control),
    ({ text }) => numberOf(text, holds) === 4,
  );
  expect(numberOf(text, runCount)).toBe(4);
  // Any worker of the main port gives the same answer.
  for (let turn = 0; turn < 4; turn++) {
    const main = await fetch(`${server.url}/metrics`, { headers: { connection: "close" } });
    expect(numberOf(await main.text(), holds)).toBe(4);
  }

  const [victim = 0] = await server.workers();
  process.kill(victim, "SIGKILL");
  const later = await when(
    () => statsOf(control),
    ({ workers }) =>
      workers.filter(({ stage, pid }) => stage === "ready" && pid !== victim).length === 2,
  );
  expect(later.workerRestarts.reduce((sum, { count }) => sum + Number(count), 0)).toBe(1);
  expect(numberOf((await metricsOf(control)).text, holds)).toBe(4); // What it had counted is not lost.
});

/** Memory that runs may take, in MiB: as workers say, in turn, of a run that needs more. */
async function sharesOf({ url }: ServerProcess): Promise<number[]> {
  const shares: number[] = [];
  while (shares.length < 4) {
    const headers = { "content-type": "application/json", connection: "close" };
    const init = { method: "POST", body: "{}", headers };
    const text = await fetch(`${url}/tasks/huge`, init).then((response) => response.text());
    shares.push(Number(/may take ([\d.]+) MiB/.exec(text)?.[1]));
  }
  return shares;
}

test("control operates a server that has no jobs, and goes with it", async () => {
  const { server, control } = await start("--workers", "1");
  await using _ = server;
  const post = async (path: string) => {
    const response = await fetch(`${control}${path}`, { method: "POST" });
    return { status: response.status, body: await response.json() };
  };
  const [first] = (await statsOf(control)).workers;
  expect(await post("/reload")).toEqual({ status: 200, body: { tookMs: expect.any(Number) } });
  const [second] = (await statsOf(control)).workers;
  expect(second).toMatchObject({ worker: 1, stage: "ready" });
  expect(second?.pid).not.toBe(first?.pid);
  const [whole = 0] = await sharesOf(server);
  expect(await post("/workers/+1")).toEqual({ status: 200, body: { workers: 2 } });
  await when(
    () => statsOf(control),
    ({ workers }) => workers.filter(({ stage }) => stage === "ready").length === 2,
  );
  const half = expect.closeTo(whole / 2, 0);
  // The worker from before has learned it, too.
  await expect.poll(() => sharesOf(server), { timeout: 60_000 }).toEqual(Array(4).fill(half));
  expect(await post("/log-level?level=debug")).toEqual({ status: 200, body: { level: "debug" } });
  expect(await post("/pause")).toMatchObject({ status: 501, body: { type: "/problems/jobs-off" } });
  server.child.kill("SIGTERM");
  expect(await server.exited).toEqual({ code: 0, signal: null });
  await expect(fetch(`${control}/livez`)).rejects.toThrow();
});
