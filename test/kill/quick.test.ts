import { describe, expect, onTestFinished, test } from "vitest";
import { createRandom } from "../../bench/load/statistics/random.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import { inTurns } from "./in-turns.ts";
import { limitOf } from "./limit.ts";
import { queueKinds } from "./queues.ts";
import { QuickCampaign } from "./quick-jobs.ts";
import { accountFor, type ClientAttempt } from "./verdicts/attempts.ts";
import { judgeUnseen } from "./verdicts/unseen.ts";

/** Of the server or a worker; `npm run test:kill` sets more. */
const kills = Math.ceil(Number(process.env["KILLS"] ?? 20) / 4);
const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);

const slots = 2;

const modes = [
  ["cluster", ["--mode", "cluster", "--workers", `${slots}`], 1],
  ["threads", ["--mode", "threads", "--cores", `${slots}`], slots],
] as const;

describe.each(queueKinds)("on $name", (kind) => {
  const { name, isMissing, forgetsStarts, recoveryMs } = kind;
  test.skipIf(isMissing).each(modes)(
    `mode %s: whatever is killed, no start of a quick job is forgotten (SEED=${seed})`,
    async (mode, flags, slotsPerWorker) => {
      using folder = new Folder();
      await using queue = await kind.open(folder);
      onTestFinished(() => queue[Symbol.asyncDispose]());
      const options = { folder, queue, flags, kills, random: createRandom(seed) };
      await using campaign = new QuickCampaign(options);
      // Also where the time limit ends the test, which waits for no `await using`.
      onTestFinished(() => campaign[Symbol.asyncDispose]());
      await campaign.run();
      const { accepted, server, ofServer, ofQueue } = campaign;
      const starts = await campaign.starts();
      const unseen = await inTurns(accepted, async ({ id, number }) => {
        const job = await campaign.ended(id);
        const { body } = await server.ask<{ attempts: ClientAttempt[] }>(`/jobs/${id}/attempts`);
        const { attempts } = body;
        const evidence = { job, attempts, starts: starts.get(number) ?? [], isRetried: false };
        const account = accountFor(evidence);
        expect(job.state, JSON.stringify(evidence)).toBe("succeeded");
        expect(account.faults, JSON.stringify(evidence)).toEqual([]);
        return account.unseen;
      });
      const deaths = { ofServer, slots, slotsPerWorker, stopped: 0, forgetsStarts };
      judgeUnseen(unseen.flat(), deaths);
      const again = [...starts.values()].filter(({ length }) => length > 1).length;
      process.stdout.write(
        `${name}, ${mode}: killed ${ofServer} servers, ${ofQueue} times the queue and ${kills - ofServer - ofQueue} workers; ${accepted.length} quick jobs, ${again} of them started more than once, ${unseen.flat().length} attempts without evidence\n`,
      );
    },
    limitOf(60_000 + kills * (5000 + recoveryMs)),
  );
});
