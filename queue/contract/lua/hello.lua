#!lua flags=allow-oom
-- hello: register a worker, or change what is known of it (draining).
--
-- KEYS[1]  ready   KEYS[2]  generation
--          also touched: workers, workers:gone, worker:<id>, conf, queue:*, fed
-- ARGV[1]  prefix   ARGV[2]  worker id
-- ARGV[3…] field, value pairs of worker:<id>: host, pid, version, slots, drain, draining
--
-- Returns "ok". Calling it twice is the same as calling it once.
-- Vectors: contract/vectors/hello.json
-- include: names clock workers feed

local WORKER_TTL = 300000
local key = P .. 'worker:' .. ARGV[2]
redis.call('ZADD', P .. 'workers', NOW, ARGV[2])
redis.call('ZREM', P .. 'workers:gone', ARGV[2])
redis.call('HSET', key, unpack(ARGV, 3))
redis.call('PEXPIRE', key, WORKER_TTL)
count_slots()
feed()
return 'ok'
