import { expect } from "vitest";
import type { Case } from "../campaign.ts";
import type { AcceptedBatch } from "../clients/batches.ts";

/** A batch, as a client reads it. */
export interface ClientBatch {
  readonly id: string;
  readonly done: boolean;
  readonly finishedAt: string;
  readonly states: Readonly<Record<string, number>>;
}

/** A batch has ended once, with the last of its jobs, and counts what they became. */
export function judgeBatch(
  { id, jobs, end }: AcceptedBatch,
  now: ClientBatch,
  caseOf: (id: string) => Case,
): void {
  const ended = jobs.map((job) => caseOf(job.id).job);
  expect(now.finishedAt, `batch ${id} has ended twice`).toBe(end.finishedAt);
  const last = ended
    .map(({ finishedAt }) => finishedAt ?? "")
    .sort()
    .at(-1);
  expect(end.finishedAt >= (last ?? ""), `batch ${id} ended before its last job`).toBe(true);
  const states = { queued: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, expired: 0 };
  for (const { state } of ended) states[state as keyof typeof states]++;
  expect(now.states, `batch ${id}`).toEqual(states);
}
