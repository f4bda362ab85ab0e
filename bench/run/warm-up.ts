/** Makes a server ready to be measured, and looks whether it is: warm-up is checked, not assumed. */
import type { LoadGenerator } from "../generator/load.ts";
import type { LoadPlan } from "../generator/plan.ts";
import type { Interval } from "../generator/result.ts";
import type { WarmUp } from "../results/bench-result.ts";
import { hasSettled } from "../statistics/warmup.ts";
import { timeoutFor } from "./lengths.ts";
import type { Running, StartContext } from "./servers.ts";
import { hashInput } from "./work.ts";

/** After so many stretches that were not steady, more of them will not help. */
const mostStretches = 4;
/** Of fewer runs, each of them long, a series shows bursts and not the server's pace. */
const leastRequests = 200;
/** Shorter intervals, as at the end of a stretch, say little. */
const leastIntervalMs = 50;

/**
 * Thousands of short runs, so that the server's code has been compiled when the rounds begin: in
 * stretches, until the throughput has settled.
 */
export async function warmUp(
  { variant, server }: Running,
  generator: LoadGenerator,
  context: StartContext,
): Promise<WarmUp> {
  const { work, signal } = context;
  const hasHash = variant.name !== "tutorial" || work.task === "hash";
  const plans = [
    ...(hasHash ? [shortRuns(context)] : []),
    ...(work.task === "hash" ? [] : [ownRuns(context)]),
  ];
  let all = { requests: 0, settled: true };
  for (const plan of plans) {
    const one = await untilSettled(async () => {
      const { load } = await generator.run({ url: server.url, ...plan }, { signal });
      return load.intervals;
    });
    all = { requests: all.requests + one.requests, settled: all.settled && one.settled };
  }
  return all;
}

type Stretch = Omit<LoadPlan, "url">;
const closed = { arrivals: { kind: "closed" }, connections: 16 } as const;

function shortRuns({ plan }: StartContext): Stretch {
  const body = JSON.stringify(hashInput(1));
  const requests = [{ method: "POST", path: "/tasks/hash", body }, { path: "/" }];
  return { ...closed, requests, durationMs: plan.stretchMs };
}

/** Of long runs there are few in a stretch: they are waited for all the same. */
function ownRuns({ plan, work }: StartContext): Stretch {
  const { connections, runMs } = plan;
  const durationMs = Math.max(plan.stretchMs, connections * runMs);
  const timeoutMs = timeoutFor(plan);
  return { ...closed, connections, requests: [work.request], durationMs, timeoutMs };
}

/** @param stretch loads the server for a while, and gives what that was, interval by interval */
export async function untilSettled(stretch: () => Promise<readonly Interval[]>): Promise<WarmUp> {
  const series: number[] = [];
  let requests = 0;
  for (let count = 1; count <= mostStretches; count += 1) {
    for (const { correct, lengthMs } of await stretch()) {
      requests += correct;
      if (lengthMs >= leastIntervalMs) series.push((1_000 * correct) / lengthMs);
    }
    if (requests < leastRequests || hasSettled(series)) return { requests, settled: true };
  }
  return { requests, settled: false };
}
