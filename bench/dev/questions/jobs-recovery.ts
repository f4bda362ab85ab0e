import { readFileSync } from "node:fs";
import { layOutTable } from "../../command/table.ts";
import { quantile } from "../../load/statistics/sample.ts";
import { ServerWithJobs } from "../peers/with-jobs.ts";
import type { Question } from "./question.ts";

/** In the default's 15 rounds of a second each. */
const usualKills = 100;
const usualMs = 15_000;

/**
 * How long a job waits for its next run after its worker died, and how long its slot stays empty
 * after a cancel.
 */
export const jobsRecovery: Question = {
  name: "jobs-recovery",
  asks: "How soon does a job run again whose worker was killed, and how soon is one cancelled?",
  async run(pace) {
    const times = Math.max(3, Math.round((usualKills * pace.rounds * pace.cellMs) / usualMs));
    const killed: number[] = [];
    const cancelled: number[] = [];
    const freed: number[] = [];
    for (let time = 1; time <= times; time++) {
      pace.signal.throwIfAborted();
      killed.push(await measureRunningAgainMs(pace.signal));
      const { cancelledMs, freedMs } = await measureCancelMs(pace.signal);
      cancelled.push(cancelledMs);
      freed.push(freedMs);
      pace.onCell(`${time} of ${times}`);
    }
    const rows = [
      makeRow("worker killed: its job runs again, cluster", killed),
      makeRow("cancel: the job is cancelled, threads", cancelled),
      makeRow("cancel: the next job runs in its slot, threads", freed),
    ];
    return layOutTable([`of ${times} times, ms`, "median", "p99", "max"], rows);
  },
};

function makeRow(name: string, values: readonly number[]): string[] {
  return [name, ...[0.5, 0.99, 1].map((share) => quantile(values, share).toFixed(1))];
}

/** From the SIGKILL of its worker to the start of its next run, on the other worker. */
async function measureRunningAgainMs(signal: AbortSignal): Promise<number> {
  const flags = ["--mode", "cluster", "--workers", "2", "--log-level", "fatal"]; // The kill would be logged.
  await using server = await ServerWithJobs.start(flags, signal);
  const file = server.file("starts");
  await server.submit(1, { task: "hold", input: { file, once: true } });
  const [first] = await waitForStarts(server, file, 1);
  const killedAt = now();
  process.kill(first?.pid ?? 0, "SIGKILL");
  const [, second] = await waitForStarts(server, file, 2);
  return (second?.at ?? Number.NaN) - killedAt;
}

/**
 * From the cancel to the job's end as a client sees it, and to the start of the next job in its slot.
 */
async function measureCancelMs(
  signal: AbortSignal,
): Promise<{ cancelledMs: number; freedMs: number }> {
  await using server = await ServerWithJobs.start(["--mode", "threads", "--threads", "1"], signal);
  const hold = (file: string) => ({ task: "hold", input: { file, once: false } });
  const [id = ""] = await server.submit(1, hold(server.file("first")));
  await waitForStarts(server, server.file("first"), 1);
  const [next = ""] = await server.submit(1, hold(server.file("second")));
  const cancelledAt = now();
  await server.cancel(id);
  const cancelledMs = now() - cancelledAt;
  const [second] = await waitForStarts(server, server.file("second"), 1);
  await server.cancel(next);
  return { cancelledMs, freedMs: (second?.at ?? Number.NaN) - cancelledAt };
}

interface Start {
  /** ms since 1970, to the microsecond. */
  readonly at: number;
  readonly pid: number;
}

/** What the runs wrote, once there are this many. */
function waitForStarts(server: ServerWithJobs, file: string, count: number): Promise<Start[]> {
  return server.until(() => {
    const found = readStarts(file);
    return found.length >= count ? found : undefined;
  }, 1);
}

function readStarts(file: string): Start[] {
  try {
    const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
    return lines
      .map((line) => line.split(" ").map(Number))
      .map(([at = 0, pid = 0]) => ({ at, pid }));
  } catch {
    return []; // There is no such file yet.
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
