/** What hosts do in Redis in one command each. */

const now = `
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * KEYS: a hash of records, a sorted set of the times when they came, and the wish of those who watch this
 * host. ARGV: its id, its record, how long it is kept (ms). Each host that writes clears away those that
 * are gone; what the last one leaves expires. Returns the wish.
 */
export const writing = `${now}
for _, id in ipairs(redis.call("ZRANGEBYSCORE", KEYS[2], "-inf", now - ARGV[3])) do
  redis.call("HDEL", KEYS[1], id)
  redis.call("ZREM", KEYS[2], id)
end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
redis.call("ZADD", KEYS[2], now, ARGV[1])
redis.call("PEXPIRE", KEYS[1], ARGV[3])
redis.call("PEXPIRE", KEYS[2], ARGV[3])
return redis.call("GET", KEYS[3])
`;

/**
 * KEYS: the same hash and set. ARGV: the age of a record that is too old, the most that are read.
 * Returns the id, the age and the record of each host, one after the other.
 */
export const reading = `${now}
local told = {}
local least = "(" .. (now - ARGV[1])
local found = redis.call("ZREVRANGEBYSCORE", KEYS[2], "+inf", least, "WITHSCORES", "LIMIT", 0, ARGV[2])
for at = 1, #found, 2 do
  local text = redis.call("HGET", KEYS[1], found[at])
  if text then
    told[#told + 1] = found[at]
    told[#told + 1] = tostring(now - found[at + 1])
    told[#told + 1] = text
  end
end
return told
`;
