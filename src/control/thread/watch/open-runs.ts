import type { SeenMark, SeenRun, SeenRunsOf } from "../../../telemetry/watch/seen.ts";

/** A worker has far fewer slots. One that tells of more has forged it. */
const mostOfLife = 2048;

interface OpenOfLife {
  readonly worker: number;
  readonly pid: number;
  readonly open: Map<number, SeenRun>;
}

/** The runs that have been seen to start, and not to end: a long one began before all that is kept. */
export class OpenRuns {
  readonly #lives = new Map<number, OpenOfLife>();

  take({ worker, life, pid, runs }: SeenRunsOf): void {
    const ofLife = this.#lives.get(life) ?? { worker, pid, open: new Map<number, SeenRun>() };
    this.#lives.set(life, ofLife);
    for (const run of runs) {
      if (run.endedAt !== null) ofLife.open.delete(run.run);
      else if (ofLife.open.size < mostOfLife) ofLife.open.set(run.run, run);
    }
  }

  mark({ kind, life }: SeenMark): void {
    if (kind === "ended" && life !== null) this.#lives.delete(life);
  }

  /** For each worker that has any. */
  read(): readonly SeenRunsOf[] {
    const all = Array.from(this.#lives, ([life, { worker, pid, open }]) => ({
      ...{ worker, life, pid },
      runs: [...open.values()],
      groups: [],
    }));
    return all.filter(({ runs }) => runs.length > 0);
  }

  clear(): void {
    this.#lives.clear();
  }
}
