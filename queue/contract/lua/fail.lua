#!lua flags=allow-oom
-- fail: the handler of a running item said it failed.
--
-- KEYS[1]  item:<id>   KEYS[2]  ready   KEYS[3]  generation
--          also touched: processing:<worker>, leases, delayed, results, queue:*, fed, conf
-- ARGV[1]  prefix   ARGV[2]  claim id   ARGV[3]  reason code
-- ARGV[4]  delay before the next attempt (ms; the caller draws it with full jitter, because
--          the random numbers of a script are the same in every call), or -1: permanent
--
-- Returns "retry" (failures + 1, delayed), "dead" (permanent, or max_failures reached),
-- "cancelled" when a cancel was wanted, "stale" when the claim is not the current one (nothing
-- is written). A second call answers "stale".
-- Vectors: contract/vectors/fail.json
-- include: names clock item head read events moves feed

local claim, reason, milliseconds = ARGV[2], ARGV[3], tonumber(ARGV[4])
local item = read(id_of(KEYS[1]))
if not mine(item, claim) then
  return 'stale'
end

local function fail()
  local failures = redis.call('HINCRBY', item.key, 'failures', 1)
  if item.cancel then
    finish(item, 'cancelled', reason)
    return 'cancelled'
  elseif milliseconds < 0 or failures >= most(item, 'failures') then
    finish(item, 'dead', reason)
    return 'dead'
  end
  emit(item, 'retry', reason)
  end_attempt(item, reason)
  delay(item, milliseconds)
  return 'retry'
end

local answer = fail()
feed()
return answer
