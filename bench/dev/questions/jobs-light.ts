import { layOutTable } from "../../command/table.ts";
import { runLoad } from "../../load/generator/load.ts";
import { createRandom, shuffle } from "../../load/statistics/random.ts";
import { median } from "../../load/statistics/sample.ts";
import { submitAll } from "../peers/peer.ts";
import { type JobToSubmit, noopJob, ServerWithJobs } from "../peers/with-jobs.ts";
import { measureInterleaved, type Pace, type Question } from "./question.ts";

const perSecond = 200;
/** How long to wait for a `GET /`. A slower one counts as longer than any other. */
const timeoutMs = 30_000;
const givenUp = Number.POSITIVE_INFINITY;

/** About 1 ms of computing. */
const primes: JobToSubmit = { task: "primes", input: { limit: 300_000 } };

const works = { "no-op": noopJob, "primes, 1 ms": primes } as const;

/** Jobs for each second that a cell may take: 10,000 by default. */
const jobsPerCellSecond = 10_000;

/** `GET /` in an open loop while jobs are submitted and run: what other clients notice of jobs. */
export const jobsLight: Question = {
  name: "jobs-light",
  asks: "How quick is GET / while jobs are submitted and run?",
  async run(pace) {
    await using stack = new AsyncDisposableStack();
    const count = Math.round((jobsPerCellSecond * pace.cellMs) / 1000);
    const variants = new Map<string, () => Promise<Sample>>();
    for (const mode of ["threads", "cluster"]) {
      const server = stack.use(await ServerWithJobs.start(["--mode", mode], pace.signal));
      for (const [name, job] of Object.entries(works)) {
        variants.set(`${mode}, ${name}`, () => measureSample(server, job, count, pace));
      }
    }
    const random = createRandom(1);
    const samples = await measureInterleaved(variants, pace, (items) => shuffle(items, random));
    const rows = Array.from(samples, ([name, of]) => [
      name,
      median(of.map(({ jobsPerSecond }) => jobsPerSecond)).toFixed(0),
      writeMs(median(of.map(({ p50 }) => p50))),
      writeMs(median(of.map(({ p99 }) => p99))),
      writeMs(Math.max(...of.map(({ p99 }) => p99))),
    ]);
    const head = [`${count} jobs`, "jobs/s", "GET / p50 ms", "p99 ms", "p99 ms, worst round"];
    return layOutTable(head, rows);
  },
};

function writeMs(ms: number): string {
  return ms === givenUp ? `> ${timeoutMs}` : ms.toFixed(1);
}

interface Sample {
  readonly jobsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
}

async function measureSample(
  server: ServerWithJobs,
  job: JobToSubmit,
  count: number,
  { signal }: Pace,
): Promise<Sample> {
  const over = new AbortController();
  const loading = runLoad(
    {
      url: server.url,
      requests: [{ path: "/", expect: { body: { kind: "text", equals: "hello world\n" } } }],
      arrivals: { kind: "poisson", perSecond, seed: 1 },
      connections: 64,
      durationMs: 600_000,
      timeoutMs,
    },
    { signal: AbortSignal.any([signal, over.signal]) },
  );
  // Together, so that neither fails while nobody listens.
  const [jobsPerSecond, { load }] = await Promise.all([
    runJobs(server, job, count).finally(() => over.abort()),
    loading,
  ]);
  signal.throwIfAborted();
  const { p50, p99 } = load.latency;
  return { jobsPerSecond, p50: p50 ?? givenUp, p99: p99 ?? givenUp };
}

/** @returns jobs a second, from the first submit to the end of the last */
async function runJobs(server: ServerWithJobs, job: JobToSubmit, count: number): Promise<number> {
  const before = await server.succeeded();
  const startedAt = performance.now();
  await submitAll(count, (jobs) => server.submit(jobs, job));
  await server.untilSucceeded(before + count);
  return (1000 * count) / (performance.now() - startedAt);
}
