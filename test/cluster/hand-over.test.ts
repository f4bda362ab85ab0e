import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Stats } from "../../src/telemetry/figures/stats.ts";
import type { PlainSpan } from "../fixtures/tracing/plain-span.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess } from "../helpers/server-process.ts";
import { type Client, clientsOfWorkerOne } from "../helpers/worker-clients.ts";

const fixture = (name: string) => new URL(`../fixtures/${name}`, import.meta.url).pathname;
const tasks = ["--tasks", fixture("tasks.ts"), "--tasks", fixture("resources.ts")];
const flags = ["--workers", "2", ...tasks, "--log-level", "error"];

/** Clients of worker 1, which knows by now how long `spin` takes. */
async function clientsOf(server: ServerProcess, count: number): Promise<Client[]> {
  const clients = await clientsOfWorkerOne(server, count);
  await clients[0]?.("/tasks/spin", { ms: 20 });
  return clients;
}

const statsOf = async (server: ServerProcess): Promise<Stats> =>
  (await fetch(new URL("/stats", server.controlUrl))).json() as Promise<Stats>;

test("clients whose connections all landed on one worker use them all, in their own traces", async () => {
  using folder = new Folder();
  const sdk = { NODE_OPTIONS: `--import=${fixture("tracing/sdk.ts")}` };
  await using server = await ServerProcess.start(flags, {
    ...{ ...sdk, SPANS_FILE: folder.file("spans"), RESOURCES_RECORD: folder.file("record") },
  });
  const clients = await clientsOf(server, 4);
  const traceOf = (at: number) => `${at + 1}`.repeat(32);
  const answers = await Promise.all(
    clients.map((client, at) =>
      client("/tasks/spin", { ms: 200 }, { traceparent: `00-${traceOf(at)}-${"ab".repeat(8)}-01` }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(new Set(answers.map(({ body }) => body.run?.worker))).toEqual(new Set([1, 2]));
  const pids = new Set(answers.map(({ body }) => body.run?.pid));
  expect(pids).toEqual(new Set(await server.workers()));
  server.child.kill("SIGTERM");
  await server.exited;
  const lines = readFileSync(folder.file("spans"), "utf8").trimEnd().split("\n");
  const spans = lines.map((line) => JSON.parse(line) as PlainSpan);
  for (const at of clients.keys()) {
    const own = spans.filter(({ traceId }) => traceId === traceOf(at));
    const request = own.find(({ name }) => name === "POST /tasks/:task");
    const inside = own.filter(({ parent }) => parent === request?.spanId);
    expect(inside.map(({ name }) => name).sort()).toEqual(["queue spin", "run spin"]);
    expect(own).toHaveLength(3);
  }
});

test("with --hand-over off they use one", async () => {
  await using server = await ServerProcess.start([...flags, "--hand-over", "off"]);
  const clients = await clientsOf(server, 4);
  const answers = await Promise.all(clients.map((client) => client("/tasks/spin", { ms: 100 })));
  expect(new Set(answers.map(({ body }) => body.run?.worker))).toEqual(new Set([1]));
});

test("if the borrower is killed in the middle of a run, its client is told, and the server goes on", async () => {
  await using server = await ServerProcess.start(flags);
  const [holding, ...others] = await clientsOf(server, 3);
  const borrower = await otherThan(holding, server);
  const held = holding?.("/tasks/spin", { ms: 1000 });
  await server.printed(/(spinning.*){2}/s); // The second one: these requests wait for its end.
  const running = Promise.all(others.map((client) => client("/tasks/spin", { ms: 2000 })));
  await server.printed(new RegExp(`spinning in ${borrower}`));
  process.kill(borrower, "SIGKILL");
  const answers = await running;
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 500]);
  const lost = answers.find(({ status }) => status === 500);
  expect(lost?.body.type).toBe("/problems/worker-lost");
  expect(lost?.retryAfter).toBeUndefined();
  expect((await held)?.status).toBe(200);
  expect((await holding?.("/tasks/spin", { ms: 1 }))?.status).toBe(200);
});

test("if it is killed before the run has started, the run is done; a GET may be sent again", {
  timeout: 300_000,
}, async () => {
  await using server = await ServerProcess.start([
    ...flags,
    "--control",
    "0",
    "--hash-max-iterations",
    "10000000",
  ]);
  const clients = await clientsOf(server, 4);
  const [holding, ...others] = clients as [Client, ...Client[]];
  // Whether the borrower has told in time that it is free is not in the test's hand.
  for (let refused = 0; refused === 0; ) {
    await allReady(server);
    const warm = await Promise.all(clients.map((client) => client("/tasks/spin", { ms: 50 })));
    expect(warm.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const borrower = await otherThan(holding, server);
    process.kill(borrower, "SIGSTOP");
    const spins = spinsOf(server);
    const held = holding("/tasks/spin", { ms: 300 });
    await server.printed(new RegExp(`(spinning[^]*){${spins + 1}}`));
    const running = Promise.all(others.map((client) => client("/tasks/spin", { ms: 20 })));
    await held;
    await server.printed(new RegExp(`(spinning[^]*){${spins + 2}}`)); // The others are lent by now.
    await statsOf(server);
    process.kill(borrower, "SIGKILL");
    expect((await running).map(({ status, body }) => [status, body.run?.worker])).toEqual(
      others.map(() => [200, 1]),
    );
    refused = await lentOf(server, "refused");
  }

  await allReady(server);
  await holding("/hash?iterations=100000");
  const borrower = await otherThan(holding, server);
  const before = await cpuTicksOf(borrower);
  const spins = spinsOf(server);
  const held = holding("/tasks/spin", { ms: 500 });
  await server.printed(new RegExp(`(spinning[^]*){${spins + 1}}`)); // Both of the next wait for its end.
  const hashing = Promise.all(
    others.slice(0, 2).map((client) => client("/hash?iterations=4000000")),
  );
  await held;
  while ((await cpuTicksOf(borrower)) < before + 40) await pause(5); // It computes.
  process.kill(borrower, "SIGKILL");
  const answers = await hashing;
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 503]);
  const lost = answers.find(({ status }) => status === 503);
  expect([lost?.body.type, lost?.retryAfter]).toEqual(["/problems/run-lost", "1"]);
});

async function otherThan(client: Client | undefined, server: ServerProcess): Promise<number> {
  const { pid: own } = (await client?.("/"))?.body ?? {};
  return (await server.workers()).find((pid) => pid !== own) as number;
}

async function allReady(server: ServerProcess): Promise<void> {
  const isReady = ({ workers }: Stats) =>
    workers.filter(({ stage, state }) => stage === "ready" && state).length === 2;
  while (!isReady(await statsOf(server))) await pause(10);
}

/** What worker 1 has counted, once it has pushed it. */
async function lentOf(server: ServerProcess, ending: string): Promise<number> {
  const countAll = (stats: Stats) =>
    stats.lentRuns.reduce((sum, { count }) => sum + Number(count), 0);
  const find = ({ lentRuns }: Stats) => lentRuns.find((row) => row["ending"] === ending)?.["count"];
  for (let seen = -1; ; ) {
    const stats = await statsOf(server);
    const all = countAll(stats);
    if (all === seen) return Number(find(stats) ?? 0);
    seen = all;
    await pause(300); // Workers push what they count four times a second.
  }
}

const spinsOf = ({ stderr }: ServerProcess) => stderr.split("spinning").length - 1;

/** CPU time of a process in ticks of 10 ms (Linux). */
async function cpuTicksOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const [user = 0, system = 0] = stat
    .replace(/^.*\) /s, "")
    .split(" ")
    .slice(11, 13)
    .map(Number);
  return user + system;
}
