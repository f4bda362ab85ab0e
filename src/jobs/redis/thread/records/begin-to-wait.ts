/**
 * In Lua: `beginToWait(meta, turns, line, group)`, before a job enters a line. A group without jobs in
 * its line begins to wait, and takes the last place, however old the job is. The jobs without a group
 * (the empty text) have a place only while groups wait. To be put after `numbersInLua`.
 */
export const beginToWaitInLua = `
local function beginToWait(meta, turns, line, group)
  if redis.call("EXISTS", line) == 1 then return end
  if group == "" and redis.call("EXISTS", turns) == 0 then return end
  redis.call("ZADD", turns, "NX", takeNumbers(meta, "seq", 1), group)
end
`;
