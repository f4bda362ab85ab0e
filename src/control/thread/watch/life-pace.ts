import type { WorkerFigures } from "../../../telemetry/figures/figures.ts";

/** A worker says something at least every 2 s, unless a run holds its event loop. */
const silentMs = 2500;

/** Snapshots that are nearer to each other tell no rate. */
const leastMs = 500;

/** What a life did each second between its last two snapshots. */
export interface Rates {
  readonly ended: number;
  readonly refused: number;
  /** Null before there are two. */
  readonly cores: number | null;
}

/**
 * The rates of one life. They are taken between two snapshots, and not between two looks at them:
 * snapshots come a quarter of a second apart, which would be a quarter of the rate.
 */
export class LifePace {
  #figures: WorkerFigures;
  /** When its last snapshot came, since its fork. */
  #stamp: number;
  #rates: Rates = { ended: 0, refused: 0, cores: null };
  #keepMs = silentMs;

  constructor(first: WorkerFigures) {
    this.#figures = first;
    this.#stamp = stampOf(first);
  }

  /** @param sinceMs the time since the look before */
  look(figures: WorkerFigures, sinceMs: number): Rates {
    const stamp = stampOf(figures);
    const passedMs = stamp - this.#stamp;
    if (passedMs > 0) {
      const { runs: before, state: past } = this.#figures;
      const { runs, state } = figures;
      const second = (passedMs < leastMs ? Math.max(sinceMs, passedMs) : passedMs) / 1000;
      this.#rates = {
        ended: (runs.ended - before.ended) / second,
        refused: (runs.refused - before.refused) / second,
        cores: state && past ? (state.cpuMs - past.cpuMs) / 1000 / second : null,
      };
      // Runs of 5 s tell of themselves every 5 s.
      this.#keepMs = Math.max(silentMs, 1.5 * passedMs);
      this.#figures = figures;
      this.#stamp = stamp;
    } else if ((figures.snapshotAgeMs ?? 0) > this.#keepMs) {
      this.#rates = { ...this.#rates, ended: 0, refused: 0 };
    }
    return this.#rates;
  }
}

function stampOf({ uptimeMs, snapshotAgeMs }: WorkerFigures): number {
  return snapshotAgeMs === null ? 0 : uptimeMs - snapshotAgeMs;
}
