#!lua flags=allow-oom
-- defer: put a running item off, because something it needs is away. Burns no budget.
--
-- KEYS[1]  item:<id>   KEYS[2]  ready   KEYS[3]  generation
--          also touched: processing:<worker>, leases, delayed, results, queue:*, fed, conf
-- ARGV[1]  prefix   ARGV[2]  claim id   ARGV[3]  delay (ms)   ARGV[4]  reason code
--
-- Returns "ok" (delayed; deferred_at holds when the deferring began), "dead" when it began more
-- than 24 h ago, "cancelled" when a cancel was wanted, "stale" when the claim is not the
-- current one (nothing is written). A second call answers "stale".
-- Vectors: contract/vectors/defer.json
-- include: names clock item head read events moves feed

local DEFER_MAX = 24 * 3600 * 1000
local claim, milliseconds, reason = ARGV[2], tonumber(ARGV[3]), ARGV[4]
local item = read(id_of(KEYS[1]))
if not mine(item, claim) then
  return 'stale'
end

local function defer()
  if item.cancel then
    finish(item, 'cancelled', reason)
    return 'cancelled'
  elseif item.deferred_at and NOW - item.deferred_at > DEFER_MAX then
    finish(item, 'dead', reason)
    return 'dead'
  end
  emit(item, 'deferred', reason)
  end_attempt(item, reason)
  redis.call('HSETNX', item.key, 'deferred_at', NOW)
  delay(item, milliseconds)
  return 'ok'
end

local answer = defer()
feed()
return answer
