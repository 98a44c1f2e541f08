#!lua flags=allow-oom
-- ack: drop events that SQL has committed from the right end of results.
--
-- KEYS     item:<id> of each item that ended in them, then ready, generation
--          also touched: results
-- ARGV[1]  prefix   ARGV[2]  n: how many events were read
-- ARGV[3]  last: the n-th event from the right, as read   ARGV[4]  first: the rightmost, as read
-- ARGV[5…] per item: epoch
--
-- Returns "ok"; "moved" when the list is not as it was read (nothing is dropped): read again.
-- Of the named items, those terminal in that epoch keep only state, epoch and claim, for 10 min:
-- long enough to answer a repeated complete or a late enqueue; also when the list has moved, as
-- SQL has their ends, and they may not be named again. A second call answers "moved".
-- Vectors: contract/vectors/ack.json
-- include: names item

local TERMINAL = {succeeded = true, dead = true, cancelled = true}
local KEEP = 600000
local results, n = P .. 'results', tonumber(ARGV[2])

local function shrink(key, epoch)
  local kept = redis.call('HMGET', key, 'state', 'epoch', 'claim')
  if not TERMINAL[kept[1]] or epoch_of(kept[2]) ~= epoch then
    return
  end
  redis.call('DEL', key)
  if kept[3] then
    redis.call('HSET', key, 'state', kept[1], 'epoch', epoch, 'claim', kept[3])
  else
    redis.call('HSET', key, 'state', kept[1], 'epoch', epoch)
  end
  redis.call('PEXPIRE', key, KEEP)
end

for i = 1, ITEMS do
  shrink(KEYS[i], ARGV[4 + i])
end
if redis.call('LINDEX', results, -n) ~= ARGV[3] or redis.call('LINDEX', results, -1) ~= ARGV[4] then
  return 'moved'
end
redis.call('LTRIM', results, 0, -(n + 1))
return 'ok'
