#!lua flags=allow-oom
-- drain: a worker is to take nothing more, or to take work again. What it holds it finishes.
--
-- KEYS[1]  ready   KEYS[2]  generation
--          also touched: worker:<id>, conf, queue:*, fed
-- ARGV[1]  prefix   ARGV[2]  worker id   ARGV[3]  1: take nothing more, 0: take work again
--
-- Returns "ok", or "unknown" when no such worker is registered (nothing is written). The worker
-- hears of it with its next heartbeat. One that stops by itself goes on stopping. Calling it twice is
-- the same as calling it once.
-- Vectors: contract/vectors/drain.json
-- include: names clock workers feed

local key = P .. 'worker:' .. ARGV[2]
if not redis.call('ZSCORE', P .. 'workers', ARGV[2]) or redis.call('EXISTS', key) == 0 then
  return 'unknown'
end
if ARGV[3] == '1' then
  redis.call('HSET', key, 'drain', 1, 'draining', 1)
elseif redis.call('HGET', key, 'drain') == '1' then
  redis.call('HSET', key, 'drain', 0, 'draining', 0)
end
count_slots()
feed()
return 'ok'
