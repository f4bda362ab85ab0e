import { setTimeout as pause } from "node:timers/promises";
import type { Accepted, Desk } from "./desk.ts";

/** The longest wait for the next wish to cancel a job. */
const longestPauseMs = 40;

/** Cancels jobs that wait, are on their way to a worker, or run. */
export async function cancelAtRandom(desk: Desk): Promise<void> {
  while (!desk.isClosed) {
    await pause(desk.random() * longestPauseMs);
    const underWay = desk.accepted.slice(-200).filter((job) => job.isUnderWay);
    const job = underWay[Math.floor(desk.random() * underWay.length)];
    if (!job) continue;
    job.cancelling = cancel(desk, job);
    await job.cancelling;
  }
}

async function cancel(desk: Desk, job: Accepted): Promise<void> {
  job.isCancelAsked = true;
  const path = `/jobs/${job.id}/cancel`;
  const { status, body } = await desk.ask(path, { method: "POST" });
  if (status === 200 || status === 202) job.isCancelPromised = true;
  else if (status !== 409) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
}
