import { connect } from "node:net";
import { RunError } from "../../command/failures.ts";
import { runLoad } from "../../load/generator/load.ts";
import type { Arrivals, LoadPlan } from "../../load/generator/plan.ts";
import { unbracket } from "../../load/host-name.ts";
import type { Interval, LoadProgress, LoadResult } from "../../load/result.ts";
import type { Aim } from "./preflight.ts";

const mostProbesPerSecond = 10;
/**
 * Requests of `GET /` under way on average. Half of its connections are idle, even if each request
 * waits for a run.
 */
const probesUnderWay = 4;
/**
 * After this many intervals with only failures (100 ms each), check whether the target is there.
 */
const silentIntervals = 10;
const connectTimeoutMs = 2_000;

/** One stretch of load. */
export interface Volley {
  readonly arrivals: Arrivals;
  readonly durationMs: number;
  readonly warmupMs?: number;
  readonly connections: number;
  readonly limitsMs?: readonly number[];
}

export interface RangeOptions {
  readonly aim: Aim;
  /** A request is given up after three times this, */
  readonly limitMs: number | null;
  /** and after this at least. */
  readonly patienceMs: number;
  /** Ends everything; its reason says why. */
  readonly stop: AbortController;
  readonly onProgress: (progress: LoadProgress) => void;
}

/** Loads the target. If the target is gone, ends the whole run. */
export class Range {
  readonly #options: RangeOptions;
  readonly #timeoutMs: number;
  /** Last time to start the generator and to open its connections. Long on a busy machine. */
  startMs = 500;

  constructor(options: RangeOptions) {
    this.#options = options;
    this.#timeoutMs = Math.min(3_600_000, Math.max(options.patienceMs, 3 * (options.limitMs ?? 0)));
  }

  /** Loads until the volley ends, or `ended` or the whole run's signal aborts. */
  async load(
    volley: Volley,
    onProgress: (progress: LoadProgress) => void = this.#options.onProgress,
    ended?: AbortSignal,
  ): Promise<LoadResult> {
    const { aim, stop } = this.#options;
    const silence = new Silence();
    const calledAt = performance.now();
    let hasBegun = false;
    const plan: LoadPlan = {
      url: aim.origin,
      requests: [aim.request],
      ...volley,
      timeoutMs: this.#timeoutMs,
      ...(aim.target.manycore
        ? {
            probe: {
              request: { path: "/", headers: { host: aim.host } },
              perSecond: chooseProbeRate(aim.answerMs),
            },
          }
        : {}),
    };
    const result = await runLoad(plan, {
      signal: ended === undefined ? stop.signal : AbortSignal.any([stop.signal, ended]),
      onProgress: (progress) => {
        if (!hasBegun) this.startMs = performance.now() - progress.elapsedMs - calledAt;
        hasBegun = true;
        if (silence.after(progress.load)) void this.#check();
        onProgress(progress);
      },
    });
    const { statuses, failed } = result.load;
    if (failed > 0 && Object.keys(statuses).length === 0) await this.#check();
    return result;
  }

  async #check(): Promise<void> {
    const { aim, stop } = this.#options;
    const failure = await findConnectFailure(aim.origin);
    if (failure === null || stop.signal.aborted) return;
    stop.abort(
      new RunError(
        `the target no longer answers at ${aim.target.url} (${failure}). It ended or was closed under the load: see its own log`,
      ),
    );
  }
}

/** Fewer if a run is so long that the next request would be due before an answer behind it. */
function chooseProbeRate(runMs: number): number {
  return Math.min(mostProbesPerSecond, (1_000 * probesUnderWay) / Math.max(1, runMs));
}

/** Counts intervals in a row in which every ended request failed. */
class Silence {
  #count = 0;

  /** True after each further second of silence. */
  after(intervals: readonly Interval[]): boolean {
    let long = false;
    for (const { correct, failed } of intervals) {
      if (correct > 0) this.#count = 0;
      else if (failed > 0) this.#count += 1;
      long ||= this.#count > 0 && this.#count % silentIntervals === 0;
    }
    return long;
  }
}

/** Why a connection fails. Null if it connects, or if 2 s do not tell. */
function findConnectFailure(origin: string): Promise<string | null> {
  const { hostname, port } = new URL(origin);
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const socket = connect({ host: unbracket(hostname), port: Number(port || 80) });
  socket.setTimeout(connectTimeoutMs, () => resolve(null)); // a full backlog is not a dead server
  socket.on("connect", () => resolve(null));
  socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  return promise.finally(() => socket.destroy());
}
