import { expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { Campaign, clients } from "./campaign.ts";
import { evidenceOf } from "./evidence.ts";

/** All of them together; `npm run test:kill` sets more. */
const kills = Number(process.env["KILLS"] ?? 20);
const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);

/** What a kill and its restart may take on a busy machine. */
const limitMs = 60_000 + kills * 3000;

test.each([
  ["cluster", ["--mode", "cluster", "--workers", "2"]],
  ["hybrid", ["--mode", "hybrid", "--cores", "2"]],
])(
  `mode %s: whatever is killed, every accepted job ends once (SEED=${seed})`,
  async (mode, flags) => {
    using folder = new Folder();
    const campaign = new Campaign({ folder, flags, kills: Math.ceil(kills / 2), seed });
    try {
      const ended = await campaign.run();
      const again = await campaign.again();
      const outcomes: Record<string, number> = {};
      let [attempts, most] = [0, 0];
      for (const [index, job] of ended.entries()) {
        const { number, maxAttempts } = campaign.accepted[index] as Campaign["accepted"][number];
        const { starts, overlaps } = evidenceOf(await campaign.evidence(number).catch(() => ""));
        expect(overlaps, `job ${number} ran twice at a time`).toBe(false);
        // What was lost with the server beside other jobs does not count as an attempt.
        const uncounted = campaign.killed.server;
        expect(starts, `starts of job ${number}`).toBeLessThanOrEqual(job.attempts + uncounted);
        expect(job.attempts).toBeLessThanOrEqual(maxAttempts);
        expect(["succeeded", "failed"]).toContain(job.state);
        if (job.state === "succeeded") {
          expect(job.result).toEqual({ square: number ** 2 });
          expect(starts).toBeGreaterThan(0);
        } else {
          expect(job.attempts).toBe(maxAttempts);
        }
        // Final is final: a new server tells the same of it.
        expect(again[index]).toEqual(job);
        outcomes[job.state] = (outcomes[job.state] ?? 0) + 1;
        attempts += job.attempts;
        most = Math.max(most, job.attempts);
      }
      const { server, worker, run } = campaign.killed;
      const { length } = ended;
      process.stdout.write(
        `${mode}: ${server + worker + run} kills (${server} of the server, ${worker} of workers, ${run} of runs), ${length} jobs, ${attempts} attempts, at most ${most}; ${JSON.stringify(outcomes)}\n`,
      );
      expect(length).toBeGreaterThanOrEqual(clients);
    } finally {
      await campaign.end();
    }
  },
  limitMs,
);
