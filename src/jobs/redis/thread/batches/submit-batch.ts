import type { BatchFault, NewBatch, SubmittedBatch } from "../../../batch.ts";
import type { QueueFull } from "../../../new-job.ts";
import { isOverdue } from "../../../transitions/expiry.ts";
import { isRepeated } from "../../../transitions/transitions.ts";
import { nameEnds } from "../after/name-ends.ts";
import { readPrerequisites } from "../after/prerequisites.ts";
import type { CommandsOptions } from "../commands.ts";
import type { Parts } from "../parts.ts";
import { batchOf, jobsOf, readBatch } from "./batch-record.ts";
import { discardBatch } from "./discard-batch.ts";
import { indexBatch } from "./index-batch.ts";
import { planBatch } from "./plan-batch.ts";
import { acceptBatch, beginBatch, writeJobs } from "./write-batch.ts";

/** A prerequisite may change, or another host may take the key, at the same moment. */
const mostTries = 20;

type Options = Pick<CommandsOptions, "parts" | "durableParts" | "durable" | "room">;

/** Accepts all jobs of a batch, or none. */
export async function submitBatch(options: Options, batch: NewBatch): Promise<SubmittedBatch> {
  for (let tries = 0; tries < mostTries; tries++) {
    const answer = await tryToSubmit(options, batch);
    if (answer !== "again") return answer;
  }
  throw new Error("A prerequisite of the batch was changed by others each time");
}

async function tryToSubmit(options: Options, batch: NewBatch): Promise<SubmittedBatch | "again"> {
  const { parts, durable } = options;
  const { jobs, key } = batch;
  const known = key && (await answerOf(parts, key));
  if (known?.kind === "accepted") await durable.untilAll(); // Another host may wait for that, too.
  if (known) return known;
  const now = parts.clock.now();
  const late = jobs.flatMap(({ startBefore }, place) =>
    isOverdue(startBefore, now) ? [place] : [],
  );
  if (key && late.length > 0) return { kind: "too-late", places: late };
  await nameEnds(parts, jobs);
  const befores = await readPrerequisites(parts, jobs);
  const faults = befores.flatMap((before, job): BatchFault[] =>
    before.faults.map((each) => ({ ...each, job })),
  );
  if (faults.length > 0) return { kind: "no-prerequisite", faults };
  const queued = await parts.client.zcard(parts.keys.state("queued"));
  return options.room.refusalOf(queued, jobs.length) ?? write(options, batch, befores);
}

async function write(
  { parts, durableParts, durable, room }: Options,
  batch: NewBatch,
  befores: Awaited<ReturnType<typeof readPrerequisites>>,
): Promise<SubmittedBatch | QueueFull | "again"> {
  const basis = await beginBatch(parts, batch);
  const { seq, total } = basis;
  const plan = planBatch(parts, batch.jobs, befores, basis);
  if (!(await writeJobs(parts, plan))) return "again";
  // What other connections have written before is on the disk with this, or earlier.
  const { failed, found, full } = await durable.run(() =>
    acceptBatch(durableParts, room, plan, basis),
  );
  if (failed !== 0) {
    await discardBatch(parts, seq);
    return (failed === full && room.refusalOf(found, total)) || "again";
  }
  parts.tally.submitted += total;
  for (const { record } of plan.jobs) parts.tally.moved(null, record);
  await indexBatch(parts, seq);
  return (await accepted(parts, seq, false)) ?? "again";
}

/** What answers a key that is known; null for a new one. */
async function answerOf(
  parts: Parts,
  key: NonNullable<NewBatch["key"]>,
): Promise<SubmittedBatch | null> {
  const seq = await parts.client.get(parts.keys.batchKey(key.name));
  const record = seq === null ? null : await readBatch(parts, Number(seq));
  if (!record?.key) return null; // It was removed just now, and the key with it.
  if (!isRepeated(key, record.key.fingerprints)) return { kind: "key-conflict" };
  return accepted(parts, record.seq, true);
}

async function accepted(
  parts: Parts,
  seq: number,
  replayed: boolean,
): Promise<SubmittedBatch | null> {
  const record = await readBatch(parts, seq);
  if (!record) return null;
  return {
    ...{ kind: "accepted", batch: batchOf(parts, record), jobs: jobsOf(parts, record), replayed },
  };
}
