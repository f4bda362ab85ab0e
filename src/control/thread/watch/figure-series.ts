import type { Life } from "../../../channel/life.ts";
import type { QueueStats } from "../../../jobs/stats.ts";
import type { ServerFigures, WorkerFigures } from "../../../telemetry/figures/figures.ts";
import type { SeenFigures, SeenWorker } from "../../../telemetry/watch/seen.ts";
import { LifePace } from "./life-pace.ts";
import { type Distribution, distributionOf, quantilesBetween } from "./quantiles.ts";

/** What is known at one moment. */
export interface Reading {
  /** Ms since 1970. */
  readonly at: number;
  /** On a clock that is never set. */
  readonly clockMs: number;
  readonly figures: ServerFigures;
  readonly jobs: QueueStats | null;
  /** How many runs may wait in a worker. */
  readonly maxPending: number;
}

interface Followed {
  readonly pace: LifePace;
  cpuMs: number | undefined;
}

interface Before {
  readonly clockMs: number;
  readonly queued: Distribution;
  readonly ran: Distribution;
}

/** Makes what a watcher sees once a second, from figures that only ever grow. */
export class FigureSeries {
  readonly #readCpuMs: (pid: number) => number | undefined;
  readonly #lives = new Map<Life, Followed>();
  #before: Before | undefined;

  /** @param readCpuMs the CPU time of a process since its start; undefined if nobody knows */
  constructor(readCpuMs: (pid: number) => number | undefined) {
    this.#readCpuMs = readCpuMs;
  }

  /** The first ones have no rates. */
  next({ at, clockMs, figures, jobs, maxPending }: Reading): SeenFigures {
    const before = this.#before;
    const sinceMs = before ? clockMs - before.clockMs : 0;
    const { counted } = figures;
    const queued = distributionOf(counted, "manycore_run_queue_duration_seconds");
    const ran = distributionOf(counted, "manycore_run_duration_seconds");
    this.#before = { clockMs, queued, ran };
    const seen = figures.workers.map((worker) => this.#look(worker, sinceMs));
    this.#forgetOthers(figures.workers);
    const workers = seen.map(({ worker }) => worker);
    const ready = workers.filter(({ stage }) => stage === "ready").length;
    return {
      at,
      workers,
      runs: {
        perSecond: sum(workers.map(({ runsPerSecond }) => runsPerSecond)),
        refusedPerSecond: sum(seen.map(({ refused }) => refused)),
        queuedMs: before ? quantilesBetween(before.queued, queued) : null,
        ranMs: before ? quantilesBetween(before.ran, ran) : null,
      },
      pending: sum(workers.map(({ pending }) => pending)),
      maxPending: ready * maxPending,
      jobs: jobs && { queued: jobs.states.queued, running: jobs.states.running },
    };
  }

  #look(figures: WorkerFigures, sinceMs: number): { worker: SeenWorker; refused: number } {
    const { worker, life, pid, stage, state, snapshotAgeMs } = figures;
    const followed = this.#lives.get(life) ?? { pace: new LifePace(figures), cpuMs: undefined };
    this.#lives.set(life, followed);
    const { ended, refused, cores } = followed.pace.look(figures, sinceMs);
    const cpuMs = pid === null ? undefined : this.#readCpuMs(pid);
    const used = coresBetween(followed.cpuMs, cpuMs, sinceMs);
    followed.cpuMs = cpuMs;
    return {
      worker: {
        ...{ worker, life, pid, stage },
        slots: state?.slots ?? 0,
        busySlots: state?.busySlots ?? 0,
        pending: state?.pending ?? 0,
        connections: state?.connections ?? 0,
        runsPerSecond: rounded(ended),
        cores: cpuMs === undefined ? roundedOrNull(cores) : roundedOrNull(used),
        rssBytes: state?.rssBytes ?? 0,
        loopDelayMs: state?.loop.delayMs ?? { p50: 0, p99: 0, max: 0 },
        ageMs: roundedOrNull(snapshotAgeMs),
      },
      refused,
    };
  }

  #forgetOthers(workers: readonly WorkerFigures[]): void {
    const present = new Set(workers.map(({ life }) => life));
    for (const life of this.#lives.keys()) if (!present.has(life)) this.#lives.delete(life);
  }
}

function coresBetween(
  before: number | undefined,
  after: number | undefined,
  passedMs: number,
): number | null {
  if (before === undefined || after === undefined || passedMs <= 0) return null;
  return Math.max(0, after - before) / passedMs;
}

function sum(numbers: readonly number[]): number {
  return rounded(numbers.reduce((total, number) => total + number, 0));
}

function rounded(number: number): number {
  return Math.round(number * 100) / 100;
}

function roundedOrNull(number: number | null): number | null {
  return number === null ? null : rounded(number);
}
