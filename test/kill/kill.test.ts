import { describe, expect, onTestFinished, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { Campaign, type Case, plainClients } from "./campaign.ts";
import { judgeRace } from "./clients/racers.ts";
import { judgeTicks } from "./clients/ticks.ts";
import { readEvidence } from "./evidence.ts";
import { limitOf } from "./limit.ts";
import { queueKinds } from "./queues.ts";
import { accountFor } from "./verdicts/attempts.ts";
import { type ClientBatch, judgeBatch } from "./verdicts/batches.ts";
import { isCancelledByOthers, judgeAfter, judgeInTime, judgeSnoozes } from "./verdicts/order.ts";
import { isStopped, judgeUnseen } from "./verdicts/unseen.ts";
import { Told } from "./verdicts/webhooks.ts";

/** All of them together; `npm run test:kill` sets more. */
const kills = Number(process.env["KILLS"] ?? 20);
const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);

/** What a kill and its restart may take on a busy machine. */
const killMs = 3000;

/** A stop breaks off what has run for 300 ms. */
const flags = ["--drain-timeout", "800ms"];

/** Two workers with one slot each. */
const slots = 2;

const modes = [
  ["cluster", ["--mode", "cluster", "--workers", `${slots}`]],
  ["hybrid", ["--mode", "hybrid", "--cores", `${slots}`]],
] as const;

describe.each(queueKinds)("on $name", (kind) => {
  const { name, isMissing, forgetsStarts, recoveryMs } = kind;
  test.skipIf(isMissing).each(modes)(
    `mode %s: whatever is killed, every accepted job ends once, and is told of (SEED=${seed})`,
    async (mode, ofMode) => {
      using folder = new Folder();
      await using told = await Told.listen();
      await using queue = await kind.open(folder);
      onTestFinished(() => queue[Symbol.asyncDispose]());
      await using campaign = new Campaign({
        ...{ folder, queue, seed, kills: Math.ceil(kills / 2) },
        flags: [...flags, ...ofMode],
        onEnd: told.url,
      });
      // Also where the time limit ends the test, which waits for no `await using`.
      onTestFinished(() => campaign[Symbol.asyncDispose]());
      const batches = await campaign.run();
      const { desk, killed } = campaign;
      const ticks = await judgeTicks(desk);
      const racers = await judgeRace(desk, (file) => folder.file(file));
      const cases = await campaign.cases();
      const caseOf = findById(cases);
      for (const each of cases) judgeCase(each, caseOf);
      for (const batch of batches) {
        const { body } = await desk.ask<ClientBatch>(`/batches/${batch.id}`);
        judgeBatch(batch, body, caseOf);
      }
      for (const shared of ["group", "alone"]) {
        const { overlaps } = await readEvidence(folder.file(shared));
        expect(overlaps, `two runs at a time of what runs one at a time (${shared})`).toBe(false);
      }
      const unseen = cases.flatMap((each) => accountOf(each).unseen);
      const stopped = cases.flatMap(({ attempts }) => attempts.filter(isStopped)).length;
      const deaths = { ofServer: killed.server, slots, slotsPerWorker: 1, stopped, forgetsStarts };
      judgeUnseen(unseen, deaths);
      const isRetried = (id: string) => caseOf(id).accepted.isRetried;
      const ended = cases.map(({ job }) => job);
      const webhooks = await told.judge(ended, isRetried);
      const retried = cases.filter(({ accepted }) => accepted.isRetried);
      const states = Map.groupBy(cases, ({ job }) => job.state);
      const outcomes = [...states].map(([state, jobs]) => `${jobs.length} ${state}`).join(", ");
      process.stdout.write(
        `${name}, ${mode}: killed ${JSON.stringify(killed)}; ${cases.length} jobs (${outcomes}), ${retried.length} retried, ${unseen.length} attempts without evidence, ${webhooks} webhooks (${told.refused.size} refused), ${racers} jobs with one key, ${ticks} times of a schedule, ${batches.length} batches\n`,
      );
      expect(cases.length).toBeGreaterThanOrEqual(plainClients);
    },
    limitOf(60_000 + kills * (killMs + recoveryMs)),
  );
});

function findById(cases: readonly Case[]): (id: string) => Case {
  const byId = new Map(cases.map((each) => [each.job.id, each]));
  return (id) => {
    const found = byId.get(id);
    if (!found) throw new Error(`${id} was never accepted`);
    return found;
  };
}

function judgeCase(each: Case, caseOf: (id: string) => Case): void {
  const { job, again, accepted, evidence } = each;
  const { number, maxAttempts } = accepted;
  const name = `job ${number} (${job.id})`;
  expect(evidence.overlaps, `${name} ran twice at a time`).toBe(false);
  expect(accountOf(each).faults, `${name}: ${JSON.stringify(each)}`).toEqual([]);
  expect(job.attempts).toBeLessThanOrEqual(maxAttempts);
  expect(["succeeded", "failed", "cancelled", "expired"]).toContain(job.state);
  if (job.state === "succeeded") {
    expect(job.result).toEqual({ square: number ** 2 });
    expect(evidence.starts.length).toBeGreaterThan(0);
  } else if (job.state === "failed") {
    expect(job.attempts).toBe(maxAttempts);
  } else if (job.state === "cancelled") {
    const isCancelled = accepted.isCancelAsked || isCancelledByOthers(each, caseOf);
    expect(isCancelled, `${name} is cancelled`).toBe(true);
  }
  judgeAfter(each, caseOf);
  judgeInTime(each);
  judgeSnoozes(each);
  if (accepted.isCancelPromised) expect(job.state, name).toBe("cancelled");
  // Final is final: a new server tells the same of it.
  expect(again).toEqual(job);
}

function accountOf({ job, attempts, evidence, accepted }: Case) {
  const { starts } = evidence;
  return accountFor({ job, attempts, starts, isRetried: accepted.isRetried });
}
