import { beginToWaitInLua } from "../records/begin-to-wait.ts";
import { numbersInLua } from "../records/numbers.ts";

/** What one script moves: it holds up Redis meanwhile. */
const mostMoves = 500;

/**
 * KEYS: the meta key. ARGV: what all keys begin with; pool; priority; how many; fields of a job.
 * Returns the first of as many new stamps, and the fields of the jobs whose turn it is; or `again`.
 */
export const turnsScript = `
${numbersInLua}
${beginToWaitInLua}
local prefix, place, count = ARGV[1], ARGV[2] .. ":" .. ARGV[3], tonumber(ARGV[4])
local turns, waiting = prefix .. "turns:" .. place, prefix .. "waiting:" .. place .. ":"
local now, moves = timeMs(), 0

-- Jobs whose time has come enter their lines.
for _, kind in ipairs({"groups", "alone"}) do
  local planned = prefix .. "planned:" .. place .. ":" .. kind
  for _, member in ipairs(redis.call("ZRANGEBYSCORE", planned, "-inf", now, "LIMIT", 0, ${mostMoves})) do
    local seq, group = string.match(member, "^(%d+) ?(.*)$")
    redis.call("ZREM", planned, member)
    beginToWait(KEYS[1], turns, waiting .. group, group)
    redis.call("ZADD", waiting .. group, seq, seq)
    moves = moves + 1
  end
end

-- Jobs without a group are one group, which is in the set only while there are others.
local alone = redis.call("ZRANGE", waiting, 0, 0)[1]
if alone then redis.call("ZADD", turns, "NX", alone, "") else redis.call("ZREM", turns, "") end

local function runningOf(group)
  if group ~= "" then return redis.call("ZCARD", prefix .. "running:group:" .. group) end
  local inGroups = redis.call("ZCARD", prefix .. "running-in-groups")
  return redis.call("ZCARD", prefix .. "state:running") - inGroups
end

local last = lastNumber(KEYS[1], "seq")
-- Those that were looked at so far, and have jobs and room.
local known, at = {}, 0

local function lookAtNext()
  while moves < ${mostMoves} do
    local group, stamp = unpack(redis.call("ZRANGE", turns, at, at, "WITHSCORES"))
    if not group then return nil end
    local served = redis.call("ZSCORE", prefix .. "served", group)
    if served and tonumber(served) > tonumber(stamp) then
      redis.call("ZADD", turns, served, group)
      moves = moves + 1
    else
      at = at + 1
      local limit = tonumber(redis.call("HGET", prefix .. "group-limits", group) or "") or math.huge
      local running = runningOf(group)
      local room = math.min(limit - running, redis.call("ZCARD", waiting .. group))
      if room > 0 then
        local one = {group = group, stamp = tonumber(stamp), running = running}
        one.room, one.taken = room, 0
        table.insert(known, one)
        return one
      end
    end
  end
end

local function isBefore(one, other)
  if not one or not other then return one end
  if one.running ~= other.running then return one.running < other.running end
  return one.stamp < other.stamp
end

local function nextGroup()
  local best
  for _, each in ipairs(known) do
    if each.taken < each.room and isBefore(each, best) then best = each end
  end
  -- The others have been served longer ago than those of which a job is chosen already.
  while not best or best.running > 0 do
    local other = lookAtNext()
    if not other then break end
    if isBefore(other, best) then best = other end
  end
  return best
end

local jobs = {}
for pick = 1, count do
  local group = nextGroup()
  if moves >= ${mostMoves} then return "again" end
  if not group then break end
  local seq = redis.call("ZRANGE", waiting .. group.group, group.taken, group.taken)[1]
  jobs[pick] = redis.call("HMGET", prefix .. "job:" .. seq, unpack(ARGV, 5))
  group.taken, group.running, group.stamp = group.taken + 1, group.running + 1, last + pick
end
if redis.call("ZCARD", turns) == 1 then redis.call("ZREM", turns, "") end
if #jobs == 0 then return {0} end
return {takeNumbers(KEYS[1], "seq", #jobs), unpack(jobs)}
`;
