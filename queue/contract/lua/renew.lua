#!lua flags=allow-oom
-- renew: a worker's heartbeat, and new time for the leases it names.
--
-- KEYS     item:<id> of each, then ready, generation
--          also touched: leases, workers, workers:gone, worker:<id>, processing:<worker>, conf
-- ARGV[1]  prefix   ARGV[2]  worker id   ARGV[3]  lease (ms)
-- ARGV[4…] per item: claim id
--
-- Returns per item "ok", "cancel" (renewed, and a cancel is wanted) or "lost" (no longer this
-- claim's; nothing is written). With no items, the heartbeat of each second: an empty list,
-- {"drain"} while the worker is to take nothing more, or {"hello"} when Redis has lost the worker's
-- hash and wants a hello. A reaped worker is registered again. Calling it twice is the same as calling it once.
-- Vectors: contract/vectors/renew.json
-- include: names clock item head read workers

-- A worker's list outlives it for an hour, should nobody drain it because the registry was lost:
-- audit and leases have found what is in it long before.
local WORKER_TTL, LIST_TTL = 300000, 3600000
local worker, lease = ARGV[2], tonumber(ARGV[3])

local function renew(id, claim)
  local item = read(id)
  if not mine(item, claim) then
    return 'lost'
  end
  redis.call('ZADD', P .. 'leases', NOW + lease, id)
  return item.cancel and 'cancel' or 'ok'
end

local function beat()
  local back = redis.call('ZADD', P .. 'workers', NOW, worker) == 1
  redis.call('ZREM', P .. 'workers:gone', worker)
  redis.call('PEXPIRE', P .. 'processing:' .. worker, LIST_TTL)
  local known = redis.call('PEXPIRE', P .. 'worker:' .. worker, WORKER_TTL) == 1
  if known then
    redis.call('HSET', P .. 'worker:' .. worker, 'busy', redis.call('LLEN', P .. 'processing:' .. worker))
  end
  if back or redis.call('HEXISTS', P .. 'conf', 'slots') == 0 then
    count_slots()
  end
  return known
end

local known = beat()
if ITEMS == 0 and not known then
  return {'hello'}
elseif ITEMS == 0 then
  return redis.call('HGET', P .. 'worker:' .. worker, 'drain') == '1' and {'drain'} or {}
end
local answers = {}
for i = 1, ITEMS do
  answers[i] = renew(id_of(KEYS[i]), ARGV[3 + i])
end
return answers
