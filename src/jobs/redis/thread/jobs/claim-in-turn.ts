import type { ClaimedJob } from "../../../messages/commands.ts";
import { jobFields, type ReadJob, readJobOf } from "../records/job-changes.ts";
import { readOwnerFields } from "../records/ticket-owners.ts";
import { quietly } from "../tickets/move-ticket.ts";
import { nextInTurn, type Turn } from "../tickets/turns.ts";
import { loseAttempt } from "./attempt-ends.ts";
import { type Claim, isEarly, orLetGo, putOff, useUp } from "./claim.ts";
import { tryToStart } from "./starting.ts";

/** A ticket that was taken, and the job that has it; null where none has it. */
interface Owned {
  readonly claim: Claim;
  readonly owner: ReadJob | null;
}

interface Pair extends Owned {
  readonly turn: Turn | undefined;
}

/** `again`: nothing has started, and the ticket is still ours. */
type Outcome = ClaimedJob | null | "again";

/**
 * Starts the jobs whose turn it is. Those that come before and cannot start are parked, or end.
 *
 * @param claims with tickets of one priority
 * @returns the jobs that run, in the order of their turns
 */
export async function claimInTurn(claims: readonly Claim[]): Promise<ClaimedJob[]> {
  const claimed: ClaimedJob[] = [];
  let left = claims;
  while (left.length > 0) {
    const outcomes = await tryEach(left);
    for (const { outcome } of outcomes)
      if (outcome !== null && outcome !== "again") claimed.push(outcome);
    left = outcomes.filter(({ outcome }) => outcome === "again").map(({ claim }) => claim);
    if (left.some(({ parts, until }) => parts.clock.steady() > until)) break;
  }
  await Promise.all(left.map(putBack));
  return claimed;
}

/** A job for each ticket, side by side. */
async function tryEach(claims: readonly Claim[]) {
  const [owned, turns] = await choose(claims).catch(() => [null, []] as const);
  if (!owned) for (const { parts, taken } of claims) parts.held.release(taken.ticket);
  // A job without a turn is not tried before those that have one.
  const isLast = turns.length === 0;
  return Promise.all(
    pair(owned ?? [], turns).map(async ({ turn, ...each }) => {
      const outcome = await orLetGo(each.claim, () => tryOne(each, turn, isLast));
      return { claim: each.claim, outcome };
    }),
  );
}

/** Of jobs that are all paused none has a turn. */
async function choose(claims: readonly Claim[]): Promise<[Owned[], Turn[]]> {
  const [first] = claims;
  if (!first) return [[], []];
  const { parts, taken } = first;
  return Promise.all([
    Promise.all(claims.map(readOwned)),
    parts.pauses.now.all ? [] : nextInTurn(parts, taken.pool, taken.priority, claims.length),
  ]);
}

async function readOwned(claim: Claim): Promise<Owned> {
  const { parts, taken } = claim;
  return { claim, owner: readJobOf(await readOwnerFields(parts, taken.ticket, jobFields)) };
}

/** Each job gets its own ticket if that is there, and otherwise that of a job without a turn. */
function pair(owned: readonly Owned[], turns: readonly Turn[]): Pair[] {
  const left = new Map(owned.map((each) => [each.claim.taken.ticket, each]));
  const own = turns.map(({ job: { record } }) => {
    const found = left.get(record.ticket);
    left.delete(record.ticket);
    return found;
  });
  const others = [...left.values()];
  const waiting = others.filter(({ owner }) => owner?.record.state === "queued");
  const pairs: Pair[] = [];
  for (const [at, turn] of turns.entries()) {
    const found = own[at] ?? waiting.shift();
    if (found) pairs.push({ ...found, turn });
  }
  const paired = new Set(pairs.map(({ claim }) => claim));
  const unpaired = others.filter(({ claim }) => !paired.has(claim));
  return [...pairs, ...unpaired.map((each) => ({ ...each, turn: undefined }))];
}

async function tryOne(
  { claim, owner }: Owned,
  turn: Turn | undefined,
  isLast: boolean,
): Promise<Outcome> {
  if (!owner) return useUp(claim);
  const { parts, taken } = claim;
  const { seq, token, state } = owner.record;
  let started: ClaimedJob | null = null;
  // Its lock has ended: the host that ran it is gone, or cannot reach Redis.
  if (state === "running") await loseAttempt(parts, { seq, token }, false, null, owner);
  else if (turn) started = await tryToStart(claim, turn.job, { owner: seq, stamp: turn.stamp });
  else if (!isLast) return "again";
  else if (isEarly(claim, owner)) return putOff(claim, owner);
  else started = await tryToStart(claim, owner, {});
  return started ?? (parts.held.has(taken.ticket) ? "again" : null);
}

async function putBack({ parts, taken }: Claim): Promise<void> {
  if (!parts.held.release(taken.ticket)) return;
  await quietly(parts.tickets[taken.pool].putBack(taken));
  parts.news.tellReady();
}
