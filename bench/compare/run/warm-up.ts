/** Warms a server up, and checks that it is warm. */
import { RunError } from "../../command/failures.ts";
import { makePost } from "../../command/task-post.ts";
import type { LoadGenerator } from "../../load/generator/load.ts";
import type { Interval } from "../../load/result.ts";
import { hasSettled } from "../../load/statistics/warmup.ts";
import { chooseTimeoutMs } from "../plan/lengths.ts";
import type { WarmUp } from "../result/bench-result.ts";
import { loadServer, type ServerLoad } from "./load-server.ts";
import type { Running, StartContext } from "./servers.ts";
import { makeHashInput, makeHashRequest } from "./work.ts";

/** If this many stretches were not steady, more will not help. */
const mostStretches = 8;
/** With fewer runs, each of them long, the rates show bursts and not the server's pace. */
const leastRequests = 200;
/** Shorter intervals, such as the last of a stretch, say little. */
const leastIntervalMs = 50;

/**
 * Sends thousands of short runs, so that the server's code is compiled before the rounds. It ends
 * when the throughput of a stretch is no higher than that of the one before.
 *
 * @throws RunError where the server has ended
 */
export async function warmUp(
  running: Running,
  generator: LoadGenerator,
  context: StartContext,
): Promise<WarmUp> {
  const stretches = [planShortRuns(running, context), ...planOwnRuns(context)];
  let all = { requests: 0, settled: true };
  for (const stretch of stretches) {
    const one = await loadUntilSettled(async () => {
      const { load } = await loadServer(running, generator, stretch, context.signal);
      return load.intervals;
    });
    all = { requests: all.requests + one.requests, settled: all.settled && one.settled };
  }
  return all;
}

/**
 * Sends short runs of hash before a cell of hash. The server has idled while others were measured.
 *
 * @throws RunError where the server has ended, or answers nothing right
 */
export async function rewarm(
  running: Running,
  generator: LoadGenerator,
  { signal }: Pick<StartContext, "signal">,
  durationMs: number,
): Promise<void> {
  const requests = [makeHashRequest(makeHashInput(1)), { path: "/" }];
  const stretch = { ...closed, requests, durationMs };
  const { load } = await loadServer(running, generator, stretch, signal);
  if (load.correct === 0) {
    throw new RunError(`the server of ${running.variant.name} answered no short run`);
  }
}

const closed = { arrivals: { kind: "closed" }, connections: 16 } as const;

/** Runs of hash, if the server has it: the tutorials' server has only the compared task. */
function planShortRuns({ variant }: Running, { plan, work }: StartContext): ServerLoad {
  const hasHash = variant.name !== "tutorial" || work.task === "hash";
  const input = makeHashInput(1);
  const hashes = hasHash ? [makeHashRequest(input), makePost("hash", input)] : [];
  return { ...closed, requests: [...hashes, { path: "/" }], durationMs: plan.stretchMs };
}

/** A stretch may hold only a few long runs. They are waited for all the same. */
function planOwnRuns({ plan, work }: StartContext): ServerLoad[] {
  const { connections, ownStretchMs: durationMs } = plan;
  if (durationMs === null) return [];
  const timeoutMs = chooseTimeoutMs(plan);
  return [{ ...closed, connections, requests: [work.request], durationMs, timeoutMs }];
}

/**
 * @param stretch loads the server for a while, and returns the intervals
 * @throws what `stretch` throws, for example when the server has ended
 */
export async function loadUntilSettled(
  stretch: () => Promise<readonly Interval[]>,
): Promise<WarmUp> {
  let before: readonly number[] = [];
  let requests = 0;
  for (let count = 1; count <= mostStretches; count += 1) {
    const intervals = await stretch();
    requests += intervals.reduce((sum, { correct }) => sum + correct, 0);
    const rates = intervals
      .filter(({ lengthMs }) => lengthMs >= leastIntervalMs)
      .map(({ correct, lengthMs }) => (1_000 * correct) / lengthMs);
    if (hasSettled(before, rates)) return { requests, settled: true };
    // Two stretches of few runs show no more than one.
    if (count >= 2 && requests < leastRequests && requests > 0) return { requests, settled: true };
    before = rates;
  }
  return { requests, settled: false };
}
