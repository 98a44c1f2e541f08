#!lua flags=allow-oom
-- bury: take everything from a worker whose process is known to be gone, at once.
--
-- KEYS[1]  ready   KEYS[2]  generation
--          also touched: workers, workers:gone, worker:<id>, processing:<worker>, item:*,
--          waiting:*, queue:*, leases, results, fed, conf
-- ARGV[1]  prefix   ARGV[2]  worker id of a predecessor with the caller's boot id and pid namespace
--
-- Returns how many items were taken, as reap does. A second call finds nothing and answers 0.
-- Vectors: contract/vectors/bury.json
-- include: names clock item head read events moves feed workers losses

retire(ARGV[2])
local count = take_back(ARGV[2])
redis.call('DEL', P .. 'worker:' .. ARGV[2])
count_slots()
feed()
return count
