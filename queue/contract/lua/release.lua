#!lua flags=allow-oom
-- release: hand a running item back unfinished, as when stopping. Burns no budget.
--
-- KEYS[1]  item:<id>   KEYS[2]  ready   KEYS[3]  generation
--          also touched: processing:<worker>, leases, waiting:*, queue:*, results, fed, conf
-- ARGV[1]  prefix   ARGV[2]  claim id
--
-- Returns "ok" (waiting, at the head), "cancelled" when a cancel was wanted, "stale" when the
-- claim is not the current one (nothing is written). A second call answers "stale".
-- Vectors: contract/vectors/release.json
-- include: names clock item head read events moves feed

local item = read(id_of(KEYS[1]))
if not mine(item, ARGV[2]) then
  return 'stale'
end

local function release()
  if item.cancel then
    finish(item, 'cancelled')
    return 'cancelled'
  end
  emit(item, 'released')
  end_attempt(item)
  wait(item, 'head')
  return 'ok'
end

local answer = release()
feed()
return answer
