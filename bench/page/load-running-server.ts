import { messageOf } from "../../src/errors.ts";
import type { ServerLoadEvent, ServerLoadOrder } from "../../src/telemetry/watch/server-load.ts";
import { makePost } from "../command/task-post.ts";
import { makeHashRequest } from "../compare/run/work.ts";
import { runLoad } from "../load/generator/load.ts";
import type { LoadPlan } from "../load/generator/plan.ts";
import type { LoadProgress, LoadResult } from "../load/result.ts";

/** Many clients, each with a connection that it keeps. */
const connections = 64;

/** Loads a server that runs, whoever started it, and tells how it goes. Tells failures, too. */
export async function loadRunningServer(
  order: ServerLoadOrder,
  tell: (event: ServerLoadEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { task, perSecond, seconds } = order;
  tell({ event: "plan", data: { task, perSecond, seconds, startedAt: Date.now() } });
  try {
    const onProgress = (progress: LoadProgress) => tellMoment(progress, tell);
    const result = await runLoad(planLoad(order), { signal, onProgress });
    tell({ event: "end", data: describeEnd(result) });
  } catch (error) {
    tell({ event: "failed", data: { message: messageOf(error) } });
  }
}

function planLoad({ url, task, input, perSecond, seconds, headers }: ServerLoadOrder): LoadPlan {
  const request = task === "hash" ? makeHashRequest(input) : makePost(task, input);
  const expect = { statuses: [200], tolerated: [503] };
  return {
    url,
    requests: [{ ...request, headers: { ...request.headers, ...headers }, expect }],
    arrivals: { kind: "poisson", perSecond },
    connections,
    durationMs: 1000 * seconds,
  };
}

function tellMoment({ load }: LoadProgress, tell: (event: ServerLoadEvent) => void): void {
  const last = load.at(-1);
  const lengthMs = load.reduce((sum, interval) => sum + interval.lengthMs, 0);
  if (!last || lengthMs === 0) return;
  const rate = (pick: (interval: (typeof load)[number]) => number) =>
    (1000 * load.reduce((sum, interval) => sum + pick(interval), 0)) / lengthMs;
  const { inFlight, p50, p99 } = last;
  const [sentPerSecond, answeredPerSecond] = [rate(({ sent }) => sent), rate((one) => one.correct)];
  const data = { at: Date.now(), sentPerSecond, answeredPerSecond, inFlight, p50, p99 };
  tell({ event: "load", data });
}

function describeEnd({ load, stopped }: LoadResult) {
  const { intended, correct, tolerated, latency } = load;
  return {
    ...{ sent: intended, answered: correct, refused: tolerated },
    failed: intended - correct - tolerated - load.unanswered,
    ...{ p50: latency.p50, p99: latency.p99, isStopped: stopped },
  };
}
