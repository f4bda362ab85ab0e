import type { ClientJob } from "../../helpers/job-client.ts";
import type { WitnessJob } from "../witness-job.ts";
import type { Accepted, Desk } from "./desk.ts";

/** How many short jobs the quick client submits at a time. */
const quickJobs = 60;

/** How long a long run computes: longer than a stop lets it (see the flags in kill.test.ts). */
const longBeats = 200;

/** The longest time that a job has to start. */
const longestPatienceMs = 400;

/** As soon as its job has ended it submits another; some that did not succeed it runs again. */
export async function submitOneByOne(desk: Desk): Promise<void> {
  while (!desk.isClosed) {
    const accepted = await submit(desk, makeAny(desk));
    const { state } = await seeEnd(desk, accepted);
    if (state !== "succeeded" && desk.random() < 0.5) await runAgain(desk, accepted);
  }
}

/** Many short jobs at a time: some of them wait in a worker when it is killed. */
export async function submitQuick(desk: Desk): Promise<void> {
  while (!desk.isClosed) {
    const made = Array.from({ length: quickJobs }, () => desk.makeTold({ beats: 0 }));
    const bodies = made.map(({ body }) => body);
    const { body } = await desk.post<{ jobs: { job: ClientJob }[] }>("/jobs", bodies, keyOf(made));
    const accepted = made.map((job, index) => desk.accept(job, body.jobs[index]?.job.id ?? ""));
    await Promise.all(accepted.map((each) => seeEnd(desk, each)));
  }
}

/** A run that a stop breaks off. */
export async function submitLong(desk: Desk): Promise<void> {
  while (!desk.isClosed) {
    const job = desk.makeTold({ beats: longBeats, more: { maxAttempts: 100 } });
    await seeEnd(desk, await submit(desk, { ...job, maxAttempts: 100 }));
  }
}

/** Jobs that must start soon, while others have the slots. */
export async function submitTimely(desk: Desk): Promise<void> {
  while (!desk.isClosed) {
    const startBefore = new Date(Date.now() + desk.random() * longestPatienceMs).toISOString();
    const job = desk.makeTold({ beats: 5, more: { startBefore } });
    const answer = await desk.post<ClientJob>("/jobs", job.body, keyOf([job]), [200, 202, 422]);
    // 422: it was too late when the server was up again.
    if (answer.status !== 422) await seeEnd(desk, desk.accept(job, answer.body.id));
  }
}

/** Jobs that run after one another; some of them run however the others end. */
export async function submitChains(desk: Desk): Promise<void> {
  while (!desk.isClosed) {
    const chain = [await submit(desk, makeAny(desk))];
    for (let length = 0; length < 3; length++) {
      const before = chain.filter(() => desk.random() < 0.7);
      const onFailure = desk.random() < 0.5 ? ("run" as const) : ("cancel" as const);
      const more = { after: before.map(({ id }) => id), onFailure };
      chain.push(await submit(desk, desk.makeTold({ beats: 1, more }), before));
    }
    for (const each of chain) await seeEnd(desk, each);
  }
}

/** Some may not run beside others of their group, or of their task, and some put themselves off. */
function makeAny(desk: Desk): WitnessJob {
  const beats = Math.floor(desk.random() * 10);
  const chance = desk.random();
  const group = { key: "group", concurrency: 1 };
  if (chance < 0.2) return desk.makeTold({ beats, more: { group }, shared: group.key });
  if (chance < 0.4) return desk.makeTold({ beats, more: { task: "alone" }, shared: "alone" });
  if (chance < 0.6) return desk.makeTold({ beats, snoozes: chance < 0.5 ? 1 : 2 });
  return desk.makeTold({ beats });
}

async function submit(
  desk: Desk,
  job: WitnessJob,
  prerequisites: readonly Accepted[] = [],
): Promise<Accepted> {
  const { body } = await desk.post<ClientJob>("/jobs", job.body, keyOf([job]));
  return desk.accept(job, body.id, prerequisites);
}

async function seeEnd(desk: Desk, accepted: Accepted): Promise<ClientJob> {
  const job = await desk.ended(accepted.id);
  accepted.isUnderWay = false;
  return job;
}

async function runAgain(desk: Desk, accepted: Accepted): Promise<void> {
  await accepted.cancelling;
  accepted.isCancelPromised = false;
  accepted.isCancelAsked = false;
  accepted.isRetried = true;
  // 409: the first of two requests was heard, and the job runs, or has succeeded.
  const path = `/jobs/${accepted.id}/retry`;
  const { status, body } = await desk.ask(path, { method: "POST" });
  if (status !== 200 && status !== 409) throw new Error(`${path}: ${JSON.stringify(body)}`);
  accepted.isUnderWay = true;
  await seeEnd(desk, accepted);
}

function keyOf(jobs: readonly WitnessJob[]): string {
  return `job-${jobs[0]?.number}`;
}
