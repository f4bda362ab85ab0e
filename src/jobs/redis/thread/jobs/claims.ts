import type { ClaimedJob } from "../../../messages/commands.ts";
import type { Parts } from "../parts.ts";
import { offeredFields, offeredOf } from "../records/offered.ts";
import type { Pool } from "../records/record.ts";
import { readOwnerFields } from "../records/ticket-owners.ts";
import { expectNoTurns } from "../tickets/turns.ts";
import { type Claim, isEarly, orLetGo, putOff, useUp } from "./claim.ts";
import { claimInTurn } from "./claim-in-turn.ts";
import { tryToStart } from "./starting.ts";

/**
 * Longest time of a claim that finds only jobs without room in their lines: they are parked, and it
 * goes on to those behind them.
 */
const longestClaimMs = 500;

/** Takes the next jobs of a pool; each is running then, and has one more attempt. */
export async function claimJobs(
  parts: Parts,
  pool: Pool,
  limit: number,
  onProbation: readonly string[],
): Promise<ClaimedJob[]> {
  const until = parts.clock.steady() + longestClaimMs;
  while (parts.clock.steady() < until) {
    const most = await mostTickets(parts, pool, limit);
    if (most === 0) return [];
    const { claimed, isMore } = await claimSome(parts, pool, most, { onProbation, until });
    if (claimed.length > 0 || !isMore) return claimed;
  }
  return [];
}

/** While all is paused, only what a lost host had: its jobs are lost, and wait or end. */
async function mostTickets(parts: Parts, pool: Pool, limit: number): Promise<number> {
  if (!parts.pauses.now.all) return limit;
  return Math.min(limit, await parts.tickets[pool].countReturned());
}

/** @returns `isMore`: there may be others behind those that were taken */
async function claimSome(
  parts: Parts,
  pool: Pool,
  limit: number,
  rules: Pick<Claim, "onProbation" | "until">,
): Promise<{ readonly claimed: ClaimedJob[]; readonly isMore: boolean }> {
  const since = parts.clock.steady();
  const taken = await parts.tickets[pool].take(limit);
  for (const each of taken) parts.held.add(each, since);
  const claims = taken.map((each) => ({ ...rules, parts, taken: each }));
  const tried = await Promise.all(
    claims.map(async (claim) => ({ claim, own: await orLetGo(claim, claimOwn) })),
  );
  const claimed: ClaimedJob[] = [];
  for (const same of Map.groupBy(tried, ({ claim }) => claim.taken.priority).values()) {
    for (const { own } of same) if (own !== null && own !== "in turn") claimed.push(own);
    const others = same.filter(({ own }) => own === "in turn").map(({ claim }) => claim);
    claimed.push(...(await claimInTurn(others)));
  }
  return { claimed, isMore: taken.length === limit };
}

/** Starts the job of the ticket, where no group waits. */
async function claimOwn(claim: Claim): Promise<ClaimedJob | null | "in turn"> {
  const { parts, taken } = claim;
  const owner = offeredOf(await readOwnerFields(parts, taken.ticket, offeredFields));
  if (!owner) return useUp(claim);
  const { state, group } = owner.record;
  if (state === "running" || group !== null) return "in turn";
  if (isEarly(claim, owner)) return putOff(claim, owner);
  const started = await tryToStart(claim, owner, {
    write: (change) => expectNoTurns(change, parts, owner.record),
  });
  return started ?? (parts.held.has(taken.ticket) ? "in turn" : null);
}
