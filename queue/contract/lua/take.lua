#!lua flags=allow-oom
-- take: the fetch that does not wait, for a full server: BRPOPLPUSH is refused there even when it would
-- free memory.
--
-- KEYS[1]  ready   KEYS[2]  generation
--          also touched: processing:<worker>
-- ARGV[1]  prefix   ARGV[2]  worker id   ARGV[3]  how many at most, each for a free slot
--
-- Returns the ids that were moved, the one served next first; none on a full server: wait 250 ms.
-- Not repeatable blindly: each call may move more. Ids whose reply was lost are in
-- processing:<worker>.
-- Vectors: contract/vectors/take.json
-- include: names held

local ids = redis.call('RPOP', P .. 'ready', ARGV[3])
if not ids then
  return {}
end
redis.call('LPUSH', list_of(ARGV[2]), unpack(ids))
return ids
