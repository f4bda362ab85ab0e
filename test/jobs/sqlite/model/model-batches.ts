import type { ModelJob } from "./model-job.ts";

export interface ModelBatch {
  readonly id: string;
  readonly jobs: readonly ModelJob[];
  /** When all its jobs had ended for the first time. */
  finishedAt: number | null;
}

export class ModelBatches {
  readonly all: ModelBatch[] = [];

  /** After each change. */
  close(now: number): void {
    for (const batch of this.all) {
      const isOver = batch.jobs.every(({ state }) => state !== "queued" && state !== "running");
      if (isOver) batch.finishedAt ??= now;
    }
  }
}

/** How many of its jobs are in each state; those that were removed count as they ended. */
export function statesOf({ jobs }: ModelBatch): Record<string, number> {
  const states: Record<string, number> = {};
  for (const { state, endedAs } of jobs) {
    const shown = state === "gone" ? (endedAs ?? state) : state;
    states[shown] = (states[shown] ?? 0) + 1;
  }
  return states;
}
