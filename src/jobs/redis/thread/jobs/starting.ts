import type { Assignment } from "../../../assignment.ts";
import type { ClaimedJob } from "../../../messages/commands.ts";
import { isOverdue } from "../../../transitions/expiry.ts";
import { isFreedByStart } from "../../../transitions/uniqueness.ts";
import type { Parts } from "../parts.ts";
import type { Change } from "../records/commit.ts";
import { changeJob, type Decision, type ReadJob, withNewTicket } from "../records/job-changes.ts";
import { taskLine } from "../records/line.ts";
import { type Offered, readTexts, type Texts } from "../records/offered.ts";
import type { JobRecord } from "../records/record.ts";
import { type FullLine, fullLineOf, park } from "../tickets/parking.ts";
import { serve } from "../tickets/turns.ts";
import { endedJob } from "./attempt-ends.ts";
import type { Claim } from "./claim.ts";

/** How a job starts. */
export interface Start {
  /** The job whose ticket was taken; by default it is this one. */
  readonly owner?: number;
  /** What its group gets (tickets/turns.ts). */
  readonly stamp?: number | undefined;
  /** What else is checked in the same change. */
  readonly write?: (change: Change) => void;
}

/**
 * Starts a job, or parks it, or it ends: what its record asks for. One try: where others have changed
 * it meanwhile, it may not be its turn any more.
 *
 * @returns null: it has not started
 */
export async function tryToStart(
  claim: Claim,
  job: ReadJob | Offered,
  how: Start,
): Promise<ClaimedJob | null> {
  const { parts, taken } = claim;
  const { seq } = job.record;
  const starting = changeJob(
    parts,
    seq,
    (read) => (read === job ? decide(claim, read.record, how) : null),
    job,
  );
  // They are those of the version that starts: who changes them changes the version.
  const reading = "input" in job ? job : readTexts(parts, seq);
  const [changed, texts] = await Promise.all([starting, reading]);
  if (changed?.after?.state !== "running") return null;
  const { before, after } = changed;
  parts.held.started(taken.ticket, after);
  parts.tally.started(seq, parts.clock.now() - before.runAt);
  return { ...assignmentOf(parts, after, texts), seq };
}

async function decide(
  { parts, taken, onProbation }: Claim,
  record: JobRecord,
  how: Start,
): Promise<Decision<null>> {
  const { task, pool } = record;
  if (isOverdue(record.startBefore, parts.clock.now()))
    return { after: endedJob(parts, record, { to: "expired" }), value: null };
  if (parts.pauses.isPaused(task)) return park(parts, record, taskLine(task));
  if (pool === "open" && onProbation.includes(task))
    return { after: withNewTicket({ ...record, pool: "held" }), value: null };
  const line = await fullLineOf(parts, record);
  if (line.full !== null) return park(parts, record, line.full);
  return start(parts, { ...record, ticket: taken.ticket }, line, how);
}

/** @param record with the ticket under which it will run */
function start(
  parts: Parts,
  record: JobRecord,
  { guard, lines }: FullLine,
  { owner = record.seq, stamp, write }: Start,
): Decision<null> {
  const { unique, holdsUnique, task } = record;
  const frees = unique !== null && holdsUnique && isFreedByStart(unique);
  const after: JobRecord = {
    ...{ ...record, state: "running", token: record.token + 1, attempts: record.attempts + 1 },
    ...{ lines, startedAt: parts.clock.now(), holdsUnique: holdsUnique && !frees },
  };
  const writes = (change: Change) => {
    guard(change);
    write?.(change);
    if (stamp !== undefined) serve(change, parts, record.group, stamp);
    if (frees) change.do("DEL", parts.keys.unique(task, unique.key));
  };
  const swapsWith = owner === record.seq ? undefined : owner;
  return { after, write: writes, swapsWith, value: null };
}

function assignmentOf(parts: Parts, record: JobRecord, { input, checkpoint }: Texts): Assignment {
  const { seq, token, task, attempts, maxAttempts, timeoutMs, traceparent } = record;
  return {
    ...{ id: parts.ids.idOf(seq), token, task, input, attempt: attempts, maxAttempts, timeoutMs },
    ...(checkpoint !== null && { checkpoint }),
    ...(traceparent !== null && { traceparent }),
  };
}
