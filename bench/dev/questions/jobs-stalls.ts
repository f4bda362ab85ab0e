import { statSync } from "node:fs";
import { layOutTable } from "../../command/table.ts";
import { runLoad } from "../../load/generator/load.ts";
import type { Distribution } from "../../load/result.ts";
import { submitAll } from "../peers/peer.ts";
import { noopJob, ServerWithJobs } from "../peers/with-jobs.ts";
import type { Pace, Question } from "./question.ts";

/** For each ms of a round: 200,000 ended jobs and 1,000 large results by default. */
const endedPerRoundMs = 200_000 / 15_000;
const largePerRoundMs = 1000 / 15_000;

/** As JSON text just below the default of `--job-result-limit`. */
const large = { task: "text", input: { length: 1024 ** 2 - 1000 } };

/** How many large results are asked for at the same time. */
const readers = 4;

const perSecond = 50;
const timeoutMs = 30_000;
const flags = ["--mode", "threads"];
const removeAll = ["--job-retention", "1ms"];

/** What other clients wait for at worst while the queue has much to do. */
export const jobsStalls: Question = {
  name: "jobs-stalls",
  asks: "How long is the longest submit, and the longest GET /, while the queue has much to do?",
  async run(pace) {
    const ended = Math.max(1000, Math.round(endedPerRoundMs * pace.rounds * pace.cellMs));
    const results = Math.max(20, Math.round(largePerRoundMs * pace.rounds * pace.cellMs));
    const rows = [...(await measureRemoval(ended, pace)), ...(await measureLarge(results, pace))];
    const head = ["submits and GET /, 50/s each", "took s", "submit p50", "p99", "max ms"];
    return layOutTable([...head, "GET / p50", "p99", "max ms", "file MB"], rows);
  },
};

async function measureRemoval(ended: number, pace: Pace): Promise<string[][]> {
  await using server = await ServerWithJobs.start(flags, pace.signal);
  const idle = await measureBeside(server, "nothing else", pace, async () => {
    await new Promise((resolve) => setTimeout(resolve, pace.cellMs));
  });
  const before = await server.succeeded();
  await submitAll(ended, (jobs) => server.submit(jobs, noopJob));
  await server.untilSucceeded(before + ended);
  await server.stop();
  await server.startAgain(removeAll);
  const removed = await measureBeside(server, `${ended} ended jobs are removed`, pace, () =>
    untilRemoved(server),
  );
  return [idle, removed];
}

async function measureLarge(results: number, pace: Pace): Promise<string[][]> {
  await using server = await ServerWithJobs.start(flags, pace.signal);
  const ids: string[] = [];
  const stored = await measureBeside(
    server,
    `${results} results of 1 MB are stored`,
    pace,
    async () => {
      const before = await server.succeeded();
      ids.push(...(await server.submit(results, large)));
      await server.until(async () => (await readEnded(server, ids)) || undefined, 100);
      await server.untilSucceeded(before + results);
    },
  );
  const read = await measureBeside(server, "they are read, 4 at a time", pace, async () => {
    const left = [...ids];
    const reader = async () => {
      for (let id = left.pop(); id !== undefined; id = left.pop()) {
        await server.ask(`/jobs/${id}/result`, 200);
      }
    };
    await Promise.all(Array.from({ length: readers }, reader));
  });
  const listed = await measureBeside(server, "they are listed, 20 times", pace, async () => {
    for (let time = 0; time < 20; time++) await server.ask("/jobs?task=text&limit=1000", 200);
  });
  const copied = await measureBeside(server, "a backup is made", pace, () => server.backUp());
  await server.stop();
  await server.startAgain(removeAll);
  const removed = await measureBeside(server, "they are removed", pace, () => untilSmall(server));
  return [stored, read, listed, copied, removed];
}

/** Whether the job that was submitted last has ended. */
async function readEnded(server: ServerWithJobs, ids: readonly string[]): Promise<boolean> {
  const { state } = await server.ask<{ state: string }>(`/jobs/${ids.at(-1)}`, 200);
  return state === "succeeded";
}

/** Resolves when only jobs are left that the load has just submitted. */
async function untilRemoved(server: ServerWithJobs): Promise<void> {
  const few = 10 * perSecond;
  await server.until(async () => ((await server.succeeded()) > few ? undefined : true), 50);
}

/** Resolves when the file has given back half of its size, too. */
async function untilSmall(server: ServerWithJobs): Promise<void> {
  const read = () => statSync(server.file("jobs.db")).size;
  const before = read();
  await untilRemoved(server);
  await server.until(() => (read() > before / 2 ? undefined : true), 50);
}

/** Submits and `GET /` in an open loop while the work goes on. @returns a row of the table */
async function measureBeside(
  server: ServerWithJobs,
  name: string,
  { signal, onCell }: Pace,
  work: () => Promise<void>,
): Promise<string[]> {
  const over = new AbortController();
  const loading = runLoad(
    {
      url: server.url,
      requests: [
        {
          ...{ method: "POST", path: "/jobs", body: JSON.stringify(noopJob) },
          expect: { statuses: [202] },
        },
      ],
      arrivals: { kind: "poisson", perSecond, seed: 1 },
      connections: 16,
      durationMs: 600_000,
      timeoutMs,
      probe: { perSecond, connections: 16 },
    },
    { signal: AbortSignal.any([signal, over.signal]) },
  );
  const startedAt = performance.now();
  // Together, so that neither fails while nobody listens.
  const [tookMs, { load, probe }] = await Promise.all([
    work()
      .then(() => performance.now() - startedAt)
      .finally(() => over.abort()),
    loading,
  ]);
  signal.throwIfAborted();
  onCell(name);
  const size = statSync(server.file("jobs.db")).size / 1e6;
  const figures = [load.latency, probe?.latency].flatMap(writeFigures);
  return [name, (tookMs / 1000).toFixed(1), ...figures, size.toFixed(0)];
}

function writeFigures(latency: Distribution | undefined): string[] {
  if (!latency?.count) return ["-", "-", "-"];
  const { p50, p99, max } = latency;
  return [p50, p99, max].map((ms) => ms?.toFixed(1) ?? `> ${timeoutMs}`);
}
