import { RunError } from "../../command/failures.ts";
import type { LoadProgress, LoadResult } from "../../load/result.ts";
import type { StressOptions } from "../options/options.ts";
import { timeShares } from "../options/schedule.ts";
import { describeLoad } from "../result/load.ts";
import type { Hold, Load, Recovery, Step } from "../result/result.ts";
import { describeCounts, writePercentiles } from "../result/wording.ts";
import { findTightestLimitMs } from "../search/objective.ts";
import type { Finding } from "../search/search.ts";
import type { Aim } from "../target/preflight.ts";
import { Range } from "../target/range.ts";
import { confirmRate } from "./confirm-run.ts";
import { runOverload } from "./overload.ts";
import { searchRate } from "./search-run.ts";

const unloadedMs = 1_500;
/** How long to wait for an answer at least, if there is time. */
const patienceMs = 15_000;

/** Who watches a run: the live view, or the lines of a log. */
export interface Watcher {
  /** One of the run's phases begins. */
  phase(text: string): void;
  /** A stretch of load begins. */
  began(phase: string, rate: number | null): void;
  progress(progress: LoadProgress): void;
  finished(line: string): void;
}

/** What was measured so far. */
export interface Measured {
  unloaded: Load | null;
  readonly steps: Step[];
  finding: Finding | null;
  readonly holds: Hold[];
  recovery: Recovery | null;
}

/** What every part of a run shares. */
export interface Session {
  readonly aim: Aim;
  readonly options: StressOptions;
  readonly stop: AbortController;
  readonly watcher: Watcher;
  readonly range: Range;
  readonly measured: Measured;
  /** Time that is left of the run. */
  readonly leftMs: () => number;
}

/** @param endsAt when the run's time is up, on the clock of `performance.now()` */
export function createSession(
  aim: Aim,
  options: StressOptions,
  stop: AbortController,
  watcher: Watcher,
  endsAt: number,
): Session {
  const range = new Range({
    aim,
    limitMs: findTightestLimitMs(options.objectives),
    patienceMs: Math.min(patienceMs, timeShares.patience * options.maxMs),
    stop,
    onProgress: (progress) => watcher.progress(progress),
  });
  const measured = { unloaded: null, steps: [], finding: null, holds: [], recovery: null };
  const leftMs = () => Math.max(0, endsAt - performance.now());
  return { aim, options, stop, watcher, range, measured, leftMs };
}

/** Measures everything, or until the signal aborts. The results are in `session.measured`. */
export async function runSession(session: Session): Promise<void> {
  const unloaded = await measureUnloaded(session);
  if (unloaded === null) return;
  const found = await searchRate(session, unloaded);
  session.measured.finding = found;
  session.measured.finding = await confirmRate(session, found);
  const { met } = session.measured.finding;
  if (met !== null) await runOverload(session, met);
}

/** One request after the other. */
async function measureUnloaded(session: Session): Promise<Load | null> {
  const { aim, range, watcher, stop, measured } = session;
  if (stop.signal.aborted) return null;
  watcher.phase("phase 1 of 5, unloaded: one request after the other");
  watcher.began("unloaded", null);
  const result: LoadResult = await range.load({
    arrivals: { kind: "closed", mostPerSecond: session.options.maxRate },
    connections: 1,
    durationMs: Math.min(unloadedMs, timeShares.unloaded * session.leftMs()),
  });
  const load = describeLoad(result.load.throughputPerSecond, result);
  if (load.served === 0) {
    if (stop.signal.aborted) return null;
    throw new RunError(
      `${aim.target.url}: no right answer without load (${describeCounts(load)}). See the server's own log`,
    );
  }
  measured.unloaded = load;
  watcher.finished(`unloaded: ${writePercentiles(load.latency, "p50", "p99")}`);
  return load;
}
