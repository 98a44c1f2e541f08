#!lua
-- progress: keep how far a running item is, and tell the live pages at most once a second.
--
-- KEYS[1]  item:<id>   KEYS[2]  ready   KEYS[3]  generation
--          also touched: progress
-- ARGV[1]  prefix   ARGV[2]  claim id
-- ARGV[3]  progress (a flat JSON object of counts, no patient value)
--
-- Returns "ok", or "stale" when the claim is not the current one (nothing is written). The
-- handler is at work, so a time of deferring is over: deferred_at goes. Refused by a full
-- server (no allow-oom); the caller may ignore that.
-- Vectors: contract/vectors/progress.json
-- include: names clock item head read

local STREAM_MAX, INTERVAL = 1000, 1000
local item = read(id_of(KEYS[1]))
if not mine(item, ARGV[2]) then
  return 'stale'
end
redis.call('HSET', item.key, 'progress', ARGV[3])
redis.call('HDEL', item.key, 'deferred_at')
local last = redis.call('HGET', item.key, 'progress_at')
if not last or NOW - last >= INTERVAL then
  redis.call('HSET', item.key, 'progress_at', NOW)
  redis.call('XADD', P .. 'progress', 'MAXLEN', '~', STREAM_MAX, '*', 'item_id', item.id,
    'job_id', message(item).job_id, 'epoch', item.epoch, 'progress', ARGV[3])
end
return 'ok'
