import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import type { ClientJob } from "../helpers/job-client.ts";
import { redisMissing, whySkipped } from "../helpers/redis-server.ts";
import { type Evidence, readEvidence } from "../kill/evidence.ts";
import type { ClientAttempt } from "../kill/verdicts/attempts.ts";
import { witnessTasks } from "../kill/witness-job.ts";
import { fleetIn, type Host } from "./fleet.ts";
import { networkName, openNetwork } from "./network.ts";

/** Some ms each: the run takes longer than a lock and the looks at it. */
const beats = 4000;
const number = 7;

describe.skipIf(redisMissing)(`a host that is cut off (${networkName})${whySkipped}`, () => {
  test.each([
    ["is stopped in time", "threads", false],
    ["cannot be stopped, and its result is ignored", "inline", true],
  ])(
    "while it runs a job: the run %s (%s)",
    async (_, executor, overlaps) => {
      using folder = new Folder();
      await using network = await openNetwork(2);
      const layout = ["--workers", "1", "--executor", executor, "--cores", "1"];
      await using fleet = fleetIn(network, [...layout, "--tasks", witnessTasks]);
      const [cut, other] = fleet.hosts as [Host, Host];
      await cut.start();
      const id = await submit(cut, folder, "job", beats);
      const first = await started(folder.file("job"), 1);
      await other.start();
      cut.place.cut();
      const { starts } = await started(folder.file("job"), 2);
      expect(await other.workers()).toContain(starts[1]?.pid);
      expect(starts[0]).toEqual(first.starts[0]);
      cut.place.heal();
      const job = await ended(other, id);
      expect(job).toMatchObject({ state: "succeeded", result: { square: number ** 2 } });
      // The cut host is back when it has run another job. It tells its late ends before that.
      await runOn(cut, folder);
      const evidence = await readEvidence(folder.file("job"));
      expect(evidence.starts).toHaveLength(2);
      expect(evidence.overlaps).toBe(overlaps);
      for (const host of fleet.hosts) {
        expect((await host.fetch(`/jobs/${id}`))?.body).toEqual(job);
        const told = await host.fetch<{ attempts: ClientAttempt[] }>(`/jobs/${id}/attempts`);
        expect(told?.body.attempts).toMatchObject([
          { outcome: "lost", pid: null },
          { outcome: "succeeded", pid: starts[1]?.pid },
        ]);
      }
    },
    240_000,
  );
});

async function submit(host: Host, folder: Folder, name: string, length: number): Promise<string> {
  const files = { evidence: [folder.file(name)], bomb: folder.file("bomb") };
  const input = { number, ...files, pids: folder.file("pids"), beats: length };
  const answer = await host.fetch<{ id: string }>("/jobs", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ task: "witness", input }),
  });
  if (answer?.status !== 202) throw new Error(JSON.stringify(answer));
  return answer.body.id;
}

async function started(file: string, count: number): Promise<Evidence> {
  for (;;) {
    const evidence = await readEvidence(file);
    if (evidence.starts.length >= count) return evidence;
    await pause(20);
  }
}

async function ended(host: Host, id: string): Promise<ClientJob> {
  for (;;) {
    const answer = await host.fetch<ClientJob>(`/jobs/${id}`, { headers: { prefer: "wait=20" } });
    if (answer?.body.done) return answer.body;
  }
}

/** Submits jobs until the host has run one. */
async function runOn(host: Host, folder: Folder): Promise<void> {
  for (let tries = 0; ; tries++) {
    while ((await host.fetch("/jobs?limit=1"))?.status !== 200) await pause(20);
    const name = `after-${tries}`;
    await submit(host, folder, name, 20);
    const { starts } = await started(folder.file(name), 1);
    const pids = await host.workers();
    if (starts.some(({ pid }) => pids.includes(pid))) return;
  }
}
