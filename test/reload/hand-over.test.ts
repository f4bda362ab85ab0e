/** Workers are replaced, added, taken away and killed while they hand runs over to each other. */
import { expect, test } from "vitest";
import type { Stats } from "../../src/telemetry/figures/stats.ts";
import { primaryPid, startWithoutTerminal } from "../helpers/own-session.ts";
import { gone, type ServerProcess } from "../helpers/server-process.ts";
import { type Client, clientsOfWorkerOne } from "../helpers/worker-clients.ts";

const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;
const flags = ["--workers", "2", "--control", "0", "--tasks", tasks];
/** A machine that is busy with other tests must not make the server refuse. */
const patient = ["--max-pending", "100000", "--queue-timeout", "5m", "--drain-timeout", "5m"];
const start = (...more: string[]) => startWithoutTerminal([...flags, ...patient, ...more]);

const path = "/hash?input=a&salt=00112233445566778899aabbccddeeff&iterations=10000";

interface Report {
  readonly sent: number;
  readonly failures: readonly string[];
}

/** Four clients, whose connections all landed on one worker, send one request after the other until this is over. */
async function crowdDuring(server: ServerProcess, change: () => Promise<void>): Promise<Report> {
  const clients = await clientsOfWorkerOne(server, 4);
  const failures: string[] = [];
  let [sent, isOver] = [0, false];
  const run = async (client: Client) => {
    while (!isOver) {
      sent++;
      try {
        const { status, body } = await client(path);
        if (status !== 200) failures.push(`${status} ${body.type}`);
      } catch (error) {
        failures.push((error as NodeJS.ErrnoException).code ?? String(error));
      }
    }
  };
  const running = Promise.all(clients.map(run));
  await change();
  isOver = true;
  await running;
  return { sent, failures };
}

const statsOf = async (server: ServerProcess): Promise<Stats> =>
  (await fetch(new URL("/stats", server.controlUrl))).json() as Promise<Stats>;

/** Resolves when it is done. */
async function operate(server: ServerProcess, operation: string): Promise<void> {
  const response = await fetch(new URL(operation, server.controlUrl), { method: "POST" });
  expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
}

test("a reload, another size and --max-runs lose no request", { timeout: 300_000 }, async () => {
  await using server = await start("--max-runs", "200");
  const change = async () => {
    for (const operation of ["/reload", "/workers/+1", "/workers/-1"]) {
      await operate(server, operation);
    }
    await server.printed(/as many runs as --max-runs/);
  };
  const { sent, failures } = await crowdDuring(server, change);
  expect(failures).toEqual([]);
  expect(sent).toBeGreaterThan(100);
  const { lentRuns } = await statsOf(server);
  expect(lentRuns.filter(({ ending }) => ending === "ran")).not.toEqual([]);
});

test("a kill takes only what ran on the killed worker", { timeout: 300_000 }, async () => {
  await using server = await start("--log-level", "debug");
  const { sent, failures } = await crowdDuring(server, async () => {
    const lent = async () =>
      (await statsOf(server)).lentRuns.some(({ ending }) => ending === "ran");
    while (!(await lent()));
    const { workers } = await statsOf(server);
    const pid = workers.find(({ worker }) => worker === 2)?.pid ?? 0;
    process.kill(pid, "SIGKILL");
    await gone(pid);
    await server.printed(/(is ready".*){3}/s);
  });
  const right = ["ECONNRESET", "503 /problems/run-lost"];
  expect(failures.filter((each) => !right.includes(each))).toEqual([]);
  expect(failures.length).toBeLessThanOrEqual(4);
  expect(sent).toBeGreaterThan(20);
});

test("a server that stops ends what its workers have from each other", async () => {
  await using server = await start();
  const clients = await clientsOfWorkerOne(server, 4);
  await clients[0]?.("/tasks/spin", { ms: 20 });
  const running = Promise.all(clients.map((client) => client("/tasks/spin", { ms: 300 })));
  const [one, two] = await server.workers();
  await server.printed(new RegExp(`spinning in ${one}[^]*spinning in ${two}|${two}[^]*in ${one}`));
  process.kill(primaryPid(server), "SIGTERM");
  const answers = await running;
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(await server.exited).toEqual({ code: 0, signal: null });
});
