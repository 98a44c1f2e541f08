#!lua flags=allow-oom
-- cancelled: the worker has stopped a running item because a cancel was wanted.
--
-- KEYS[1]  item:<id>   KEYS[2]  ready   KEYS[3]  generation
--          also touched: processing:<worker>, leases, results, queue:*, fed, conf
-- ARGV[1]  prefix   ARGV[2]  claim id
--
-- Returns "ok", or "stale" when the claim is not the current one or nobody wanted a cancel
-- (nothing is written). A second call answers "stale".
-- Vectors: contract/vectors/cancelled.json
-- include: names clock item head read events moves feed

local item = read(id_of(KEYS[1]))
if not mine(item, ARGV[2]) or not item.cancel then
  return 'stale'
end
finish(item, 'cancelled')
feed()
return 'ok'
