#!lua flags=allow-oom
-- bye: a worker leaves, and hands back what it fetched and did not claim, without a loss.
--
-- KEYS[1]  ready   KEYS[2]  generation
--          also touched: workers, workers:gone, worker:<id>, processing:<worker>, item:*,
--          waiting:*, queue:*, fed, conf
-- ARGV[1]  prefix   ARGV[2]  worker id
--
-- Returns "ok". Release what runs first: an item still running here stays in the list, and the
-- next reap counts it as lost. Calling it twice is the same as calling it once.
-- Vectors: contract/vectors/bye.json
-- include: names clock item head read moves workers feed

local list = P .. 'processing:' .. ARGV[2]
retire(ARGV[2])
redis.call('DEL', P .. 'worker:' .. ARGV[2])
drain(ARGV[2], function(item) redis.call('RPUSH', list, item.id) end)
count_slots()
feed()
return 'ok'
