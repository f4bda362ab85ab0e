/** Jobs are run again, or at another time, by hand. */
import type { Changed, JobChange, Refusal } from "../../../control.ts";
import { onRetry, refuseChange } from "../../../transitions/by-hand.ts";
import { startBeforeOfRetry } from "../../../transitions/expiry.ts";
import { isSuspect } from "../../../transitions/transitions.ts";
import { waitAgain } from "../after/waiting-again.ts";
import type { Parts } from "../parts.ts";
import type { Change } from "../records/commit.ts";
import { changeJob, type Decision, withNewTicket } from "../records/job-changes.ts";
import type { JobRecord } from "../records/record.ts";
import { withdrawal } from "../webhooks/announce.ts";
import { type Known, requireKnown, rowOf } from "./known.ts";
import { findJob } from "./reader.ts";
import { holdAgain } from "./unique-keys.ts";

export async function retryJob(parts: Parts, known: Known): Promise<Changed> {
  const { refusal } = await wakeRow(parts, rowOf(parts, known.id), known);
  return { found: await findJob(parts, known.id), refusal };
}

export async function wakeRow(
  parts: Parts,
  seq: number,
  known?: Known,
): Promise<{ readonly refusal: Refusal | null; readonly isChanged: boolean }> {
  let refusal: Refusal | null = null;
  const changed = await changeJob(parts, seq, async ({ record }) => {
    requireKnown(record, known);
    refusal = null;
    const isPausing = record.pauseMs > 0 && record.runAt > parts.clock.now();
    switch (onRetry({ state: record.state, isPausing })) {
      case "refuse":
        refusal = "state";
        return null;
      case "nothing":
        return null;
      case "start":
        return { after: planned(record, parts.clock.now()), value: null };
      case "queue": {
        const decision = await revived(parts, record);
        if (!decision) refusal = "unique";
        return decision;
      }
    }
  });
  return { refusal, isChanged: changed !== null };
}

/** As if it had never run. The error stays, as that of an earlier attempt. @returns null: its unique key is taken */
async function revived(parts: Parts, record: JobRecord): Promise<Decision<null> | null> {
  const now = parts.clock.now();
  const { holdsUnique, writes } = await holdAgain(parts, record);
  if (record.unique && !holdsUnique) return null;
  const { waitsFor, guard } = await waitAgain(parts, record);
  const withdraw = await withdrawal(parts, record);
  const after: JobRecord = {
    ...{ ...record, waitsFor, state: "queued", attempts: 0, losses: 0, runAt: now, pauseMs: 0 },
    ...{ startedAt: null, finishedAt: null, cancelRequested: false, pool: "open", parked: null },
    ...{ startBefore: startBeforeOfRetry(record.startBefore, now), holdsUnique },
  };
  const write = (change: Change) => {
    writes(change);
    guard(change);
    withdraw(change);
    change.do("HDEL", parts.keys.job(record.seq), "p");
  };
  return { after: withNewTicket(after), write, value: null };
}

function planned(record: JobRecord, runAt: number): JobRecord {
  const pool = isSuspect(record.losses) ? "held" : "open";
  return withNewTicket({ ...record, runAt, pauseMs: 0, pool });
}

export async function changeByHand(
  parts: Parts,
  known: Known,
  change: JobChange,
): Promise<Changed> {
  let refusal: Refusal | null = null;
  await changeJob(parts, rowOf(parts, known.id), ({ record }) => {
    requireKnown(record, known);
    const now = parts.clock.now();
    const runAt = change.runAt === undefined ? undefined : Math.max(now, change.runAt ?? now);
    refusal = refuseChange(record, runAt);
    if (refusal) return null;
    const priority = change.priority ?? record.priority;
    const next = runAt === undefined ? withNewTicket(record) : planned(record, runAt);
    return { after: { ...next, priority, parked: null }, value: null };
  });
  return { found: await findJob(parts, known.id), refusal };
}
