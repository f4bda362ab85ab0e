import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import type { ClientJob } from "../../helpers/job-client.ts";
import type { Desk } from "./desk.ts";

/** The schedule has this name, and its jobs have this tag. */
const name = "ticks";
const everyMs = 1000;

interface Schedule {
  readonly made: number;
  readonly skipped: number;
  readonly last: { readonly scheduledFor: string } | null;
}

interface TickJob extends ClientJob {
  readonly scheduledFor: string;
}

export async function startTicks(desk: Desk): Promise<void> {
  await put(desk, true);
}

/**
 * Each time got its job, and none got two.
 *
 * @returns how many there were
 */
export async function judgeTicks(desk: Desk): Promise<number> {
  await dueAfter(desk, Date.now());
  const { made, skipped } = await put(desk, false);
  const jobs = await desk.list<TickJob>(`tag=${name}`);
  const times = jobs.map(({ scheduledFor }) => Date.parse(scheduledFor)).sort((a, b) => a - b);
  const [first = 0] = times;
  expect(times).toEqual(times.map((_, index) => first + index * everyMs));
  expect({ made, skipped }).toEqual({ made: times.length, skipped: 0 });
  for (const { id } of jobs) expect((await desk.ended(id)).state).toBe("succeeded");
  return times.length;
}

/** Resolves when a time after this one has its job. */
async function dueAfter(desk: Desk, time: number): Promise<void> {
  for (;;) {
    const { body } = await desk.ask<Schedule>(`/schedules/${name}`);
    if (body.last && Date.parse(body.last.scheduledFor) > time) return;
    await pause(50);
  }
}

async function put(desk: Desk, enabled: boolean): Promise<Schedule> {
  const job = { task: "primes", input: { limit: 10 }, tags: [name], maxAttempts: 100 };
  const body = JSON.stringify({ everyMs, catchUp: "all", enabled, job });
  const headers = { "content-type": "application/json" };
  const answer = await desk.ask<Schedule>(`/schedules/${name}`, { method: "PUT", headers, body });
  expect([200, 201]).toContain(answer.status);
  return answer.body;
}
