/** What the store on Redis answers. */
import type { CallHandlers } from "../../../channel/contract.ts";
import type { Ended } from "../../assignment.ts";
import type { Attempt, EndedRow, StoreSide } from "../../messages/commands.ts";
import { fromSentJob, joined } from "../../messages/submission.ts";
import type { RowAttempt } from "../../starts.ts";
import { batchesOf } from "./batches/batch-commands.ts";
import type { Durable } from "./hosts/durable.ts";
import { endAttempt, loseAttempt, saveCheckpoint, saveProgress } from "./jobs/attempt-ends.ts";
import { cancelJob, changeMany, removeJob } from "./jobs/by-hand.ts";
import { claimJobs } from "./jobs/claims.ts";
import { rowOf } from "./jobs/known.ts";
import { findJob, listJobs, readAttempts, readBody, readInput, readStats } from "./jobs/reader.ts";
import type { Room } from "./jobs/room.ts";
import { RunOrder } from "./jobs/run-order.ts";
import type { Submissions } from "./jobs/submit.ts";
import { changeByHand, retryJob } from "./jobs/waking.ts";
import type { Parts } from "./parts.ts";
import { taskLine } from "./records/line.ts";
import { schedulesOf } from "./schedules/schedule-commands.ts";
import { unpark } from "./tickets/parking.ts";
import { deliveriesOf } from "./webhooks/delivery-commands.ts";

export interface CommandsOptions {
  readonly parts: Parts;
  readonly durable: Durable;
  /** The same with the connection of `durable`. */
  readonly durableParts: Parts;
  /** Writes by the connection of `durable`. */
  readonly submissions: Submissions;
  readonly room: Room;
}

export type Handlers = Omit<CallHandlers<StoreSide>, "close">;

export function commandsOf(options: CommandsOptions): Handlers {
  return {
    ...jobsOf(options),
    ...attemptsOf(options),
    ...byHandOf(options),
    ...schedulesOf(options),
    ...batchesOf(options),
    ...deliveriesOf(options),
  };
}

function jobsOf({ parts, durable, submissions }: CommandsOptions) {
  return {
    submit: ({ jobs }) => durable.run(() => submissions.submit(jobs.map(fromSentJob))),
    find: ({ id, withResult }) => findJob(parts, id, withResult),
    body: async ({ id, of }) => ({ bytes: await readBody(parts, id, of) }),
    list: ({ listing }) => listJobs(parts, listing),
    stats: () => readStats(parts),
    attempts: ({ id }) => readAttempts(parts, id),
    watch: async ({ id }) => {
      const seq = parts.ids.seqOfId(id);
      if (seq !== undefined) await parts.news.watch(seq);
      return findJob(parts, id);
    },
    unwatch: async ({ id }) => {
      await parts.news.unwatch(rowOf(parts, id));
      return null;
    },
  } satisfies Partial<Handlers>;
}

function attemptsOf({ parts }: CommandsOptions) {
  let probation: readonly string[] = [];
  const order = new RunOrder();
  const inOrder = async (
    { id, token }: Attempt,
    work: (run: RowAttempt) => Promise<void>,
  ): Promise<null> => {
    const run = { seq: rowOf(parts, id), token };
    await order.run(run.seq, () => work(run));
    return null;
  };
  return {
    "set-limits": ({ limits }) => {
      parts.limits.clear();
      for (const [task, limit] of Object.entries(limits)) parts.limits.set(task, limit);
      return null;
    },
    "set-probation": ({ onProbation }) => {
      probation = onProbation;
      return null;
    },
    claim: ({ limit, onProbation }) => {
      probation = onProbation;
      return claimJobs(parts, "open", limit, probation);
    },
    "claim-quarantined": async () => (await claimJobs(parts, "held", 1, probation))[0] ?? null,
    end: ({ ending, place, ...attempt }) =>
      inOrder(attempt, (run) => endAttempt(parts, run, ending, place)),
    ends: async ({ ends, place }) => {
      const end = (row: EndedRow) =>
        order.run(row.seq, () => endAttempt(parts, row, endedOf(row), place));
      await Promise.all(ends.map(end));
      return null;
    },
    lost: async ({ attempts, wasAlone, place }) => {
      const lose = (attempt: Attempt) =>
        inOrder(attempt, (run) => loseAttempt(parts, run, wasAlone, place));
      await Promise.all(attempts.map(lose));
      return null;
    },
    progress: ({ progress, ...attempt }) =>
      inOrder(attempt, (run) => saveProgress(parts, run, progress)),
    checkpoint: ({ checkpoint, ...attempt }) =>
      inOrder(attempt, (run) => saveCheckpoint(parts, run, checkpoint)),
  } satisfies Partial<Handlers>;
}

function byHandOf({ parts }: CommandsOptions) {
  return {
    cancel: (known) => cancelJob(parts, known),
    retry: (known) => retryJob(parts, known),
    change: ({ change, ...known }) => changeByHand(parts, known, change),
    remove: (known) => removeJob(parts, known),
    "change-many": ({ action, selection }) => changeMany(parts, action, selection),
    input: ({ id }) => readInput(parts, id),
    paused: () => parts.pauses.read(),
    "set-paused": async ({ task, isPaused }) => {
      const paused = await parts.pauses.set(task, isPaused);
      parts.news.tell({ kind: "paused" });
      if (!isPaused && task !== null) await unpark(parts, taskLine(task));
      return paused;
    },
  } satisfies Partial<Handlers>;
}

function endedOf({ ending, body }: EndedRow): Ended {
  return ending.kind === "succeeded" && body ? { ...ending, body: joined(body) } : ending;
}
