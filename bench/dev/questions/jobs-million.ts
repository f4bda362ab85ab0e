import { layOutTable } from "../../command/table.ts";
import { readTreeMemory } from "../../load/processes/process-tree.ts";
import { median } from "../../load/statistics/sample.ts";
import { jobsPerCall } from "../peers/peer.ts";
import { type JobToSubmit, noopJob, ServerWithJobs } from "../peers/with-jobs.ts";
import type { Pace, Question } from "./question.ts";

/** Queued jobs for each ms of a round: a million by default. */
const jobsPerRoundMs = 1000 / 15;
const few = 1000;

/** Jobs in one call while the queue is filled: as many as a call may have. */
const fillJobs = 10_000;

/** Calls of one kind for one figure. */
const calls = 50;

/** Jobs that are submitted to time submits. They are run too, for another figure. */
const submitted = calls * (1 + jobsPerCall.batch);

const flags = ["--mode", "threads", "--threads", "1"];

/** In how many groups the jobs are, in the second table. */
const groups = 1000;

/**
 * The same calls with a few and with very many queued jobs, and a start with very many: without
 * groups, and with a thousand that take turns.
 */
export const jobsMillion: Question = {
  name: "jobs-million",
  asks: "Does the queue stay as quick when very many jobs wait?",
  async run(pace) {
    const many = Math.max(2 * few, Math.round(jobsPerRoundMs * pace.rounds * pace.cellMs));
    const plain = await compare(many, { makeJob: () => noopJob, fill: { priority: -1 } }, pace);
    let at = 0;
    const makeJob = () => ({ ...noopJob, group: `group-${at++ % groups}` });
    const grouped = await compare(many, { makeJob, fill: {} }, pace);
    return `Without groups\n${plain}\n\nIn ${groups} groups\n${grouped}`;
  },
};

interface Jobs {
  readonly makeJob: () => JobToSubmit;
  /** What the jobs that fill the queue have beside. */
  readonly fill: Partial<JobToSubmit>;
}

async function compare(many: number, jobs: Jobs, pace: Pace): Promise<string> {
  await using server = await ServerWithJobs.start(flags, pace.signal);
  await measureFigures(server, few, jobs, pace); // Code that has not run before is slow.
  const withFew = await measureFigures(server, few, jobs, pace);
  pace.onCell(`${few} jobs queued`);
  const withMany = await measureFigures(server, many, jobs, pace);
  pace.onCell(`${many} jobs queued`);
  const startMs = await measureRestartMs(server, many);
  const rows = Object.keys(withFew).map((name) => {
    const [one, other] = [withFew[name] ?? Number.NaN, withMany[name] ?? Number.NaN];
    return [name, one.toFixed(2), other.toFixed(2), (other / one).toFixed(2)];
  });
  const head = ["median of 50", `${few} queued`, `${many} queued`, "ratio"];
  const start = `A start with ${many} queued jobs serves after ${startMs.toFixed(0)} ms.`;
  return `${layOutTable(head, rows)}\n\n${start}`;
}

type Figures = Readonly<Record<string, number>>;

/**
 * Fills the queue behind a job that holds the only slot, and measures. As many jobs are run as were
 * submitted for measuring, so the queue is as long as before.
 */
async function measureFigures(
  server: ServerWithJobs,
  queued: number,
  { makeJob, fill }: Jobs,
  { signal }: Pace,
): Promise<Figures> {
  const file = server.file(`hold-${queued}`);
  const holding = { task: "hold", input: { file, once: false }, priority: 1000, maxAttempts: 1 };
  const [hold = ""] = await server.submit(1, holding);
  for (let left = queued - (await countQueuedJobs(server)); left > 0; left -= fillJobs) {
    signal.throwIfAborted();
    await server.submit(Math.min(left, fillJobs), () => ({ ...makeJob(), ...fill }));
  }
  const figures = {
    "list 50, ms": await measureMedianMs(() => server.ask("/jobs?limit=50", 200)),
    "list 50 queued, ms": await measureMedianMs(() =>
      server.ask("/jobs?limit=50&state=queued", 200),
    ),
    "list 50 of a rare task, ms": await measureMedianMs(() => server.ask("/jobs?task=hold", 200)),
    "stats, ms": await measureMedianMs(() => server.ask("/stats", 200)),
    "submit one, ms": await measureMedianMs(() => server.submit(1, makeJob)),
    [`submit ${jobsPerCall.batch}, ms`]: await measureMedianMs(() =>
      server.submit(jobsPerCall.batch, makeJob),
    ),
    "resident, MB": readMemoryMb(server),
  };
  const before = await server.succeeded();
  const startedAt = performance.now();
  await server.cancel(hold);
  await server.untilSucceeded(before + submitted);
  const runMs = (performance.now() - startedAt) / submitted;
  return { ...figures, "claim, run and end one, ms": runMs };
}

async function countQueuedJobs(server: ServerWithJobs): Promise<number> {
  const { jobs } = await server.ask<{ jobs: { states: { queued: number } } }>("/stats", 200);
  return jobs.states.queued;
}

/** A job that never ends goes first, so that the start is measured and not the jobs. */
async function measureRestartMs(server: ServerWithJobs, many: number): Promise<number> {
  const input = { file: server.file(`hold-at-start-${many}`), once: false };
  await server.submit(1, { task: "hold", input, priority: 1000 });
  await server.stop();
  const startedAt = performance.now();
  await server.startAgain();
  await server.ask("/livez", 200);
  return performance.now() - startedAt;
}

async function measureMedianMs(call: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < calls; count++) {
    const startedAt = performance.now();
    await call();
    times.push(performance.now() - startedAt);
  }
  return median(times);
}

function readMemoryMb(server: ServerWithJobs): number {
  const memory = readTreeMemory(server.pid);
  return memory.available ? memory.bytes / 1e6 : Number.NaN;
}
