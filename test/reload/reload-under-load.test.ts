/**
 * Workers are replaced, added and taken away under a steady load: no request fails, and no job loses
 * an attempt. `npm run test:reload` does each 20 times; RELOADS=n does it n times.
 */
import { describe, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { jobEnd, submitJob } from "../helpers/job-client.ts";
import { signalPrimary, startWithoutTerminal } from "../helpers/own-session.ts";
import { gone, type ServerProcess } from "../helpers/server-process.ts";
import { amountOf, moreFlags } from "../withstand/amount.ts";
import { type Connecting, type LoadReport, SteadyLoad } from "./steady-load.ts";

const reloads = Number(process.env["RELOADS"] ?? 1);
const isFull = reloads > 1;
/** Of `hash`, in each request. From some 5000 on, workers hand runs over to each other. */
const iterations = amountOf("ITERATIONS", 300);
const tasks = new URL("../fixtures/attempts.ts", import.meta.url).pathname;

const layouts: Record<string, readonly string[]> = {
  cluster: ["--mode", "cluster", "--workers", "2"],
  threads: ["--mode", "threads", "--threads", "2"],
  hybrid: ["--mode", "hybrid", "--workers", "2", "--threads", "2"],
};

/** A machine that is busy with other tests must not make the server refuse. */
const patient = ["--max-pending", "100000", "--queue-timeout", "5m", "--drain-timeout", "5m"];

/** @param change does something to a server that runs, and resolves when that is over */
async function underLoad(
  layout: readonly string[],
  connecting: Connecting,
  change: (server: ServerProcess) => Promise<void>,
): Promise<LoadReport> {
  using folder = new Folder();
  const queue = ["--queue", `sqlite:${folder.file("jobs.db")}`, "--tasks", tasks];
  const flags = [...layout, ...patient, ...queue, "--log-level", "info", ...moreFlags];
  await using server = await startWithoutTerminal(flags);
  const load = new SteadyLoad(server.url, connecting, iterations);
  await load.start();
  const input = { ms: 300, file: folder.file("record") };
  const jobs = await Promise.all(
    Array.from({ length: 4 }, () => submitJob(server, "paused", input)),
  );
  await change(server);
  const report = await load.stop();
  for (const { id } of jobs) {
    expect(await jobEnd(server, id)).toMatchObject({ state: "succeeded", attempts: 1 });
  }
  expect(server.log.filter(({ level }) => level === "error" || level === "fatal")).toEqual([]);
  return report;
}

async function reload(server: ServerProcess): Promise<void> {
  for (let times = 1; times <= reloads; times++) {
    signalPrimary(server, "SIGHUP");
    await server.printed(new RegExp(`("msg":"Reloaded"[^]*){${times}}`));
  }
}

function expectNoneLost(
  name: string,
  connecting: Connecting,
  { sent, failures }: LoadReport,
): void {
  const figures = `${name}, ${connecting}: ${sent} requests, ${failures.length} failed`;
  if (isFull) process.stdout.write(`${figures}\n${failures.slice(0, 20).join("\n")}\n`);
  expect(failures.slice(0, 10)).toEqual([]);
  expect(sent).toBeGreaterThan(100);
}

/** One worker more, and one less again. */
async function resize(server: ServerProcess): Promise<void> {
  for (let times = 1; times <= reloads; times++) {
    signalPrimary(server, "SIGTTIN");
    await server.printed(new RegExp(`(is ready"[^]*){${times}}`));
    const { pid } = server.log.findLast(({ msg }) => / is ready$/.test(String(msg))) ?? {};
    signalPrimary(server, "SIGTTOU");
    await gone(Number(pid));
  }
}

const cases = Object.entries(layouts).flatMap(([name, layout]) =>
  (["keep-alive", "a connection per request"] as const).map(
    (connecting) => [name, connecting, layout] as const,
  ),
);
/** By default two of them. */
const chosen = isFull ? cases : [cases[0], cases[3]].filter((each) => each !== undefined);

describe("one worker more and one less under load lose nothing", () => {
  const each = isFull ? cases : cases.slice(0, 1);
  test.each(each)("%s, %s", { timeout: 1_800_000 }, async (name, connecting, layout) => {
    expectNoneLost(name, connecting, await underLoad(layout, connecting, resize));
  });
});

describe("a reload under load loses nothing", () => {
  test.each(chosen)("%s, %s", { timeout: 1_800_000 }, async (name, connecting, layout) => {
    expectNoneLost(name, connecting, await underLoad(layout, connecting, reload));
  });
});
