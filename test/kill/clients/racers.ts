import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import type { ClientJob } from "../../helpers/job-client.ts";
import { readEvidence } from "../evidence.ts";
import type { Desk } from "./desk.ts";

/** Their jobs have this unique key, this tag, and write to a file of this name. */
const key = "unique";

const answers = ["return", "replace", "refuse"];

interface RacerJob extends ClientJob {
  readonly createdAt: string;
}

/** One of several clients that submit jobs with the same unique key, and cancel some. */
export async function raceForKey(desk: Desk): Promise<void> {
  while (!desk.isClosed) {
    const onConflict = answers[Math.floor(desk.random() * answers.length)];
    const more = { tags: [key], unique: { key, onConflict } };
    const job = desk.make({ beats: Math.floor(desk.random() * 5), more, shared: key });
    const name = `job-${job.number}`;
    const { status, body } = await desk.post<ClientJob>("/jobs", job.body, name, [202, 200, 409]);
    const unfinished = await desk.ask<{ jobs: unknown[] }>(`/jobs?tag=${key}&state=queued,running`);
    expect(unfinished.body.jobs.length).toBeLessThanOrEqual(1);
    if (status === 409) await pause(desk.random() * 10);
    else if (desk.random() < 0.2) await desk.ask(`/jobs/${body.id}/cancel`, { method: "POST" });
    else if (desk.random() < 0.5) await desk.ended(body.id);
  }
}

/**
 * Never were two of their jobs unfinished: by what the jobs say, and by what their runs wrote.
 *
 * @returns how many there were
 */
export async function judgeRace(desk: Desk, file: (name: string) => string): Promise<number> {
  const ids = (await desk.list(`tag=${key}`)).map(({ id }) => id).reverse();
  let [before, succeeded] = ["", 0];
  for (const id of ids) {
    const { createdAt, finishedAt, state } = (await desk.ended(id)) as RacerJob;
    expect(createdAt >= before, `${id} was accepted at ${createdAt}, before ${before}`).toBe(true);
    expect(["succeeded", "failed", "cancelled"]).toContain(state);
    before = finishedAt ?? "";
    if (state === "succeeded") succeeded++;
  }
  const { starts, overlaps } = await readEvidence(file(key));
  expect(overlaps, "two runs with one unique key").toBe(false);
  expect(starts.length).toBeGreaterThanOrEqual(succeeded);
  return ids.length;
}
