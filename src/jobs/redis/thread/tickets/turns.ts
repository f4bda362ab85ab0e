/**
 * Groups take turns. BullMQ orders tickets by priority and time, and cannot choose by group. So a
 * ticket that was taken says only that a job of its priority may start. Which one is chosen here, from
 * sorted sets of our own; where it is another job than the ticket's, the two swap tickets.
 *
 * Of the groups that wait, the one with the fewest running jobs is next, then the one that was served
 * longest ago. The order of the latter is kept in `turns`, by stamps: numbers among those of jobs. A
 * stamp there may be lower than the group's real one, never higher. It is put right when it is looked at.
 */
import type { Client } from "../../connections.ts";
import type { Parts } from "../parts.ts";
import type { Change } from "../records/commit.ts";
import { numbersInLua } from "../records/numbers.ts";
import { type Offered, offeredFields, offeredOf } from "../records/offered.ts";
import type { JobRecord, Pool } from "../records/record.ts";

/** What one script moves: it holds up Redis meanwhile. */
const mostMoves = 500;

/**
 * KEYS: the meta key. ARGV: what all keys begin with; pool; priority; fields of a job. Returns a new
 * stamp and the fields of the job whose turn it is; nothing where no job is due; or `again`.
 */
const script = `
${numbersInLua}
local prefix, place = ARGV[1], ARGV[2] .. ":" .. ARGV[3]
local turns, waiting = prefix .. "turns:" .. place, prefix .. "waiting:" .. place .. ":"
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = lastNumber(KEYS[1], "seq")
local moves = 0

-- Jobs whose time has come enter their lines. A group that begins to wait takes the last place.
for _, kind in ipairs({"groups", "alone"}) do
  local planned = prefix .. "planned:" .. place .. ":" .. kind
  for _, member in ipairs(redis.call("ZRANGEBYSCORE", planned, "-inf", now, "LIMIT", 0, ${mostMoves})) do
    local seq, group = string.match(member, "^(%d+) ?(.*)$")
    redis.call("ZREM", planned, member)
    redis.call("ZADD", waiting .. group, seq, seq)
    if group ~= "" then redis.call("ZADD", turns, "NX", last, group) end
    moves = moves + 1
  end
end

local function runningOf(group)
  if group ~= "" then return redis.call("ZCARD", prefix .. "running:group:" .. group) end
  local inGroups = redis.call("ZCARD", prefix .. "running-in-groups")
  return redis.call("ZCARD", prefix .. "state:running") - inGroups
end

-- Jobs without a group are one group, which is in the set only while there are others.
local alone = redis.call("ZRANGE", waiting, 0, 0)[1]
if alone then redis.call("ZADD", turns, "NX", alone, "") else redis.call("ZREM", turns, "") end

-- A group without room is passed over: its jobs are parked when nothing else is left (parking.ts).
local at, best, fewest = 0, nil, math.huge
while fewest ~= 0 do
  if moves >= ${mostMoves} then return "again" end
  local found = redis.call("ZRANGE", turns, at, at, "WITHSCORES")
  if #found == 0 then break end
  local group, stamp = found[1], tonumber(found[2])
  local served = tonumber(redis.call("ZSCORE", prefix .. "served", group) or "0")
  if served > stamp then
    redis.call("ZADD", turns, served, group)
    moves = moves + 1
  else
    local running = runningOf(group)
    local limit = tonumber(redis.call("HGET", prefix .. "group-limits", group) or "") or math.huge
    if running < math.min(limit, fewest) then best, fewest = group, running end
    at = at + 1
  end
end

if redis.call("ZCARD", turns) == 1 then redis.call("ZREM", turns, "") end
if not best then return false end
local seq = redis.call("ZRANGE", waiting .. best, 0, 0)[1]
local job = redis.call("HMGET", prefix .. "job:" .. seq, unpack(ARGV, 4))
return {takeNumbers(KEYS[1], "seq", 1), unpack(job, 1, #ARGV - 3)}
`;

type Scripted = Client & {
  nextInTurn(
    key: string,
    ...args: (string | number)[]
  ): Promise<readonly [stamp: number, ...(string | null)[]] | "again" | null>;
};

/** To be called once for each connection that asks. */
export function prepareTurns(client: Client): void {
  client.defineCommand("nextInTurn", { numberOfKeys: 1, lua: script });
}

/** The job that is next, as it was read. */
export interface Turn {
  readonly offered: Offered;
  /** What its group gets where it starts: higher than all numbers of jobs and stamps before. */
  readonly stamp: number;
}

/** @returns null where no job of this priority is due, as far as the sorted sets say */
export async function nextInTurn(
  { client, keys }: Pick<Parts, "client" | "keys">,
  pool: Pool,
  priority: number,
): Promise<Turn | null> {
  const args = [keys.of(""), pool, priority, ...offeredFields];
  for (;;) {
    const found = await (client as Scripted).nextInTurn(keys.meta, ...args);
    if (found === "again") continue;
    if (found === null) return null;
    const [stamp, ...fields] = found;
    const offered = offeredOf(fields);
    return offered && { offered, stamp };
  }
}

/** The latest groups whose stamps are kept. Another one takes the place of its oldest job. */
const mostServed = 10_000;

/** A job of this group starts. */
export function serve(change: Change, { keys }: Parts, group: string | null, stamp: number): void {
  change.do("ZADD", keys.served, stamp, group ?? "");
  change.do("ZREMRANGEBYRANK", keys.served, 0, -mostServed - 1);
}

/** A job without a group is next, as its ticket is: where it is so, nothing else need be asked. */
export function expectNoTurns(
  change: Change,
  { keys, clock }: Parts,
  { pool, priority }: JobRecord,
): void {
  change.expect("most", keys.turns(pool, priority), 0);
  change.expect("none", keys.planned(pool, priority, "groups"), clock.now());
}
