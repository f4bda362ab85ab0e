import type { ClientBatch } from "../verdicts/batches.ts";
import type { WitnessJob } from "../witness-job.ts";
import type { Accepted, Desk } from "./desk.ts";

/** A batch that was answered 202, and what its client was told of its end. */
export interface AcceptedBatch {
  readonly id: string;
  readonly jobs: readonly Accepted[];
  readonly end: ClientBatch;
}

/** One batch after the other: a diamond of jobs, and a job of a group. Some are cancelled. */
export async function submitBatches(desk: Desk): Promise<AcceptedBatch[]> {
  const batches: AcceptedBatch[] = [];
  while (!desk.isClosed) {
    const { id, jobs } = await submitDiamond(desk);
    if (desk.random() < 0.3) await cancel(desk, id, jobs);
    const end = await desk.endOf<ClientBatch>(`/batches/${id}`);
    for (const job of jobs) job.isUnderWay = false;
    batches.push({ id, jobs, end });
  }
  return batches;
}

async function submitDiamond(desk: Desk): Promise<Omit<AcceptedBatch, "end">> {
  const anyway = { onFailure: "run" };
  const group = { key: "group", concurrency: 1 };
  const jobs: readonly (readonly [WitnessJob, readonly number[]])[] = [
    [make(desk, "first"), []],
    [make(desk, "left", ["first"]), [0]],
    [make(desk, "right", ["first"], anyway), [0]],
    [make(desk, "last", ["left", "right"], desk.random() < 0.5 ? anyway : {}), [1, 2]],
    [desk.makeTold({ beats: 1, more: { group }, shared: group.key }), []],
  ];
  const body = { jobs: jobs.map(([job]) => job.body) };
  const key = `batch-${jobs[0]?.[0].number}`;
  const answer = await desk.post<{ id: string; jobs: { id: string }[] }>("/batches", body, key);
  const accepted: Accepted[] = [];
  for (const [place, [job, before]] of jobs.entries()) {
    const prerequisites = before.flatMap((each) => accepted[each] ?? []);
    accepted.push(desk.accept(job, answer.body.jobs[place]?.id ?? "", prerequisites));
  }
  return { id: answer.body.id, jobs: accepted };
}

function make(desk: Desk, ref: string, before: readonly string[] = [], more = {}): WitnessJob {
  const after = before.map((each) => `#${each}`);
  return desk.makeTold({ beats: 1, more: { ref, after, ...more } });
}

async function cancel(desk: Desk, id: string, jobs: readonly Accepted[]): Promise<void> {
  for (const job of jobs) job.isCancelAsked = true;
  const { status, body } = await desk.ask(`/batches/${id}/cancel`, { method: "POST" });
  if (status !== 200 && status !== 202) throw new Error(`${id}: ${status} ${JSON.stringify(body)}`);
}
