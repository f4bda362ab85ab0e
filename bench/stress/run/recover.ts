import { writeMs } from "../../command/wording.ts";
import type { Interval } from "../../load/result.ts";
import { describeLoad } from "../result/load.ts";
import { writeRecoveryLine } from "../result/wording.ts";
import { findTightestLimitMs } from "../search/objective.ts";
import { viewRecovery } from "./recovery.ts";
import type { Session } from "./session.ts";

const longestMs = 30_000;
/** Saying that a server was normal for 3 s takes a little longer. */
const leastMs = 4_000;
/** Time of the run that is left over when it ends. */
const marginMs = 500;
/** Few, because the server is still busy and has to accept each. */
const mostConnections = 32;

/** Sends a light load from the end of an overload on, until the server has been normal for 3 s. */
export async function watchRecovery(session: Session, asked: number): Promise<void> {
  const { options, stop, watcher, range, measured } = session;
  const watchedMs = Math.min(longestMs, session.leftMs() - range.startMs - marginMs);
  if (stop.signal.aborted) return;
  if (watchedMs < leastMs) {
    watcher.finished("recovery not watched: no time is left");
    return;
  }
  const rate = Math.min(options.maxRate, Math.max(1, asked));
  const startedAt = performance.now();
  const alone = measured.unloaded?.latency;
  const normalMs =
    findTightestLimitMs(options.objectives) ?? 5 * Math.max(1, alone?.p99 ?? alone?.givenUpMs ?? 0);
  const calm = new AbortController();
  const seen: Interval[] = [];
  /** How long the generator took to start. It is part of the time since the overload. */
  let delayMs: number | null = null;
  watcher.phase(`phase 5 of 5, recovery: until it is normal again, ${writeMs(watchedMs)} at most`);
  watcher.began("recovery", rate);
  // Requests that are not answered by then are not waited for.
  const over = AbortSignal.any([
    calm.signal,
    AbortSignal.timeout(Math.ceil(range.startMs + watchedMs)),
  ]);
  const result = await range.load(
    {
      arrivals: { kind: "poisson", perSecond: rate, seed: options.seed + 1_000 },
      durationMs: watchedMs,
      connections: Math.min(mostConnections, options.connections),
    },
    (progress) => {
      delayMs ??= performance.now() - progress.elapsedMs - startedAt;
      seen.push(...progress.load);
      watcher.progress(progress);
      if (viewRecovery(seen, normalMs).calm) calm.abort();
    },
    over,
  );
  const view = viewRecovery(seen, normalMs);
  const sinceOverloadMs = view.afterMs === 0 ? 0 : view.afterMs + (delayMs ?? 0);
  measured.recovery = {
    ...describeLoad(rate, result),
    afterMs: view.calm ? sinceOverloadMs : null,
    normalMs,
    settledP50: view.calm ? view.settledP50 : null,
  };
  watcher.finished(writeRecoveryLine(measured.recovery));
}
