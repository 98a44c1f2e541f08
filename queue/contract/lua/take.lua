#!lua flags=allow-oom
-- take: the fetch for a full server, where BRPOPLPUSH is refused even when it would free memory.
--
-- KEYS[1]  ready   KEYS[2]  generation
--          also touched: processing:<worker>
-- ARGV[1]  prefix   ARGV[2]  worker id
--
-- Returns the id that was moved, or nil: then wait 250 ms. Not repeatable blindly: each call
-- may move one more id. An id whose reply was lost is in processing:<worker>.
-- Vectors: contract/vectors/take.json
-- include: names

return redis.call('RPOPLPUSH', P .. 'ready', P .. 'processing:' .. ARGV[2])
