import { LoadGenerator } from "../../load/generator/load.ts";
import type { LoadRequest } from "../../load/generator/plan.ts";
import { callsInFlight, jobsPerCall, type Peer, type Submission, submitAll } from "./peer.ts";
import { noopJob, ServerWithJobs } from "./with-jobs.ts";

export interface OursOptions {
  readonly name?: string;
  /** The value of `--queue`; by default a file. */
  readonly queue?: string;
}

/** This server with two workers, over HTTP. */
export async function startOurs(
  signal: AbortSignal,
  { name = "manycore", queue }: OursOptions = {},
): Promise<Peer> {
  // Jobs of the rounds before still wait for their time.
  const flags = ["--mode", "cluster", "--workers", "2", "--max-queued", "10000000"];
  const server = await ServerWithJobs.start(flags, signal, queue);
  const generator = new LoadGenerator();
  return {
    name,
    async submits(how, durationMs) {
      const plan = {
        url: server.url,
        requests: [makeSubmission(how)],
        arrivals: { kind: "closed" },
        connections: callsInFlight[how],
        durationMs,
      } as const;
      const { load } = await generator.run(plan, { signal });
      if (load.wrong > 0) throw new Error(`${load.wrong} submits were not answered as they should`);
      return load.throughputPerSecond * jobsPerCall[how];
    },
    async completes(count, spinMs) {
      const before = await server.succeeded();
      const startedAt = performance.now();
      const job = spinMs === undefined ? noopJob : { task: "busy", input: { ms: spinMs } };
      let last = "";
      await submitAll(count, async (jobs) => {
        last = (await server.submit(jobs, job)).at(-1) ?? last;
      });
      // To ask again and again would take a part of the cores that are measured.
      await server.untilEnded(last);
      await server.untilSucceeded(before + count);
      return (1000 * count) / (performance.now() - startedAt);
    },
    async [Symbol.asyncDispose]() {
      generator[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function makeSubmission(how: Submission): LoadRequest {
  const later = { ...noopJob, runAt: new Date(Date.now() + 3_600_000).toISOString() };
  const many = Array.from({ length: jobsPerCall.batch }, () => later);
  return {
    method: "POST",
    path: "/jobs",
    body: JSON.stringify(how === "single" ? later : many),
    expect: { statuses: [how === "single" ? 202 : 207] },
  };
}
