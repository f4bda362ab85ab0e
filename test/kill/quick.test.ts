import { expect, onTestFinished, test } from "vitest";
import { createRandom } from "../../bench/load/statistics/random.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import type { ClientJob } from "../helpers/job-client.ts";
import { inTurns } from "./in-turns.ts";
import { limitOf } from "./limit.ts";
import { QuickCampaign } from "./quick-jobs.ts";
import { accountFor, type ClientAttempt } from "./verdicts/attempts.ts";
import { judgeUnseen } from "./verdicts/unseen.ts";

/** Of the server or a worker; `npm run test:kill` sets more. */
const kills = Math.ceil(Number(process.env["KILLS"] ?? 20) / 4);
const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);

const slots = 2;

test.each([
  ["cluster", ["--mode", "cluster", "--workers", `${slots}`], 1],
  ["threads", ["--mode", "threads", "--cores", `${slots}`], slots],
])(
  `mode %s: whatever is killed, no start of a quick job is forgotten (SEED=${seed})`,
  async (mode, flags, slotsPerWorker) => {
    using folder = new Folder();
    await using campaign = new QuickCampaign({ folder, flags, kills, random: createRandom(seed) });
    // Also where the time limit ends the test, which waits for no `await using`.
    onTestFinished(() => campaign[Symbol.asyncDispose]());
    await campaign.run();
    const { accepted, server, ofServer } = campaign;
    const starts = await campaign.starts();
    const unseen = await inTurns(accepted, async ({ id, number }) => {
      const { body: job } = await server.ask<ClientJob>(`/jobs/${id}`);
      const { body } = await server.ask<{ attempts: ClientAttempt[] }>(`/jobs/${id}/attempts`);
      const { attempts } = body;
      const evidence = { job, attempts, starts: starts.get(number) ?? [], isRetried: false };
      const account = accountFor(evidence);
      expect(job.state, JSON.stringify(evidence)).toBe("succeeded");
      expect(account.faults, JSON.stringify(evidence)).toEqual([]);
      return account.unseen;
    });
    judgeUnseen(unseen.flat(), { ofServer, slots, slotsPerWorker, stopped: 0 });
    const again = [...starts.values()].filter(({ length }) => length > 1).length;
    process.stdout.write(
      `${mode}: killed ${ofServer} servers and ${kills - ofServer} workers; ${accepted.length} quick jobs, ${again} of them started more than once, ${unseen.flat().length} attempts without evidence\n`,
    );
  },
  limitOf(60_000 + kills * 5000),
);
