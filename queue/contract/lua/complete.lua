#!lua flags=allow-oom
-- complete: settle up to 100 running items as succeeded.
--
-- KEYS     item:<id> of each, then ready, generation     (real keys: a moving Cluster slot refuses)
--          also touched: processing:<worker>, leases, results, queue:*, fed, conf
-- ARGV[1]  prefix, e.g. "harmonizer:"
-- ARGV[2…] per item: claim id, result (JSON, at most 16 KiB, no patient value)
--
-- Returns per item "ok"; "again" when this claim had completed it already; "stale" when the
-- claim is not the current one (nothing is written). Calling it twice is the same as calling it
-- once. A completion wins over a cancel that was only wanted. A result that is no JSON
-- or larger than 16 KiB fails the whole call with BADRESULT, before anything is written.
-- Vectors: contract/vectors/complete.json
-- include: names clock item events held feed

local RESULT_MAX = 16384

-- Written at the end, one command for all; until then only hashes change.
local ended, of_worker, events = {}, {}, {}

-- What of an item decides whether it is settled, or nil.
local function read_running(id, key)
  local v = redis.call('HMGET', key, 'state', 'epoch', 'claim', 'worker', 'deliveries', 'reason', 'job')
  return v[1] and {id = id, key = key, state = v[1], epoch = epoch_of(v[2]), claim = v[3],
    worker = v[4], deliveries = v[5], reason = v[6], job = v[7] ~= '' and v[7]}
end

local function complete(id, key, claim, result)
  local item = read_running(id, key)
  if not mine(item, claim) then
    return item and item.state == 'succeeded' and item.claim == claim and 'again' or 'stale'
  end
  redis.call('HSET', item.key, 'state', 'succeeded', 'result', result)
  if item.reason then
    redis.call('HDEL', item.key, 'reason')
  end
  ended[#ended + 1] = id
  local ids = of_worker[item.worker] or {}
  of_worker[item.worker], ids[#ids + 1] = ids, id
  events[#events + 1] = event_of(item, 'succeeded', nil, result)
  return 'ok'
end

for i = 1, ITEMS do
  local result = ARGV[2 * i + 1]
  if #result > RESULT_MAX or not decoded(result) then
    return redis.error_reply('BADRESULT a result is no JSON or larger than 16 KiB')
  end
end
local answers = {}
for i = 1, ITEMS do
  answers[i] = complete(id_of(KEYS[i]), KEYS[i], ARGV[2 * i], ARGV[2 * i + 1])
end
for worker, ids in pairs(of_worker) do
  let_go(worker, ids)
end
if #ended > 0 then
  redis.call('ZREM', P .. 'leases', unpack(ended))
  redis.call('LPUSH', P .. 'results', unpack(events))
  feed()
end
return answers
