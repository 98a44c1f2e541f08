#!lua flags=allow-oom
-- claim: make up to 100 fetched items this worker's, each under a claim id of its own.
--
-- KEYS     item:<id> of each, then ready, generation
--          also touched: processing:<worker>, queue:*, waiting:*, fed, leases, conf, results
-- ARGV[1]  prefix   ARGV[2]  worker id   ARGV[3]  lease (ms)
-- ARGV[4]  "1" when the worker runs nothing else, "0" otherwise
-- ARGV[5…] per item: claim id, as chosen by the worker (random, 22 characters)
--
-- Returns per item a list that starts with
--   ok         then message, epoch, deliveries, failures, losses; event `started`. The same
--              claim again gets the same answer
--   alone      a suspect (2 losses or more) is claimed only with ARGV[4] = "1"; nothing changed
--   paused     its priority is paused; it went back to the head of its queue
--   cancelled  it was cancelled; the id is gone from this worker
--   dup        it does not wait (any more); the id is gone from this worker
--   unknown    there is no hash; the id is gone everywhere, event `unknown`
-- Vectors: contract/vectors/claim.json
-- include: names clock item events held moves feed

local SUSPECT_LOSSES = 2
local worker, lease, alone = ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1'
local held, paused = list_of(worker), paused_scopes()
-- What starts here, by priority, with its lease and its event: written at the end, one command
-- for all. Until then only hashes change, so that a second copy of an id sees the first.
local started, leases, events = {}, {}, {}
local until_then = tostring(NOW + lease)

-- The fetch has put these ids at the left of the list. One that is not among as many is further back,
-- or missing: this worker was drained meanwhile.
local in_front = {}
for _, id in ipairs(redis.call('LRANGE', held, 0, ITEMS - 1)) do
  in_front[id] = true
end

local function is_held(id)
  return in_front[id] or redis.call('LPOS', held, id)
end

-- The list keeps exactly one entry of what this worker runs, so that its drain finds it.
local function hold(id)
  redis.call('LREM', held, 0, id)
  redis.call('LPUSH', held, id)
end

-- What of an item decides whether it starts; the rest of one that waits is not set. Nil when there is
-- no such hash.
local function read_waiting(id, key)
  local v = redis.call('HMGET', key, 'state', 'epoch', 'deliveries', 'failures', 'losses', 'msg')
  return v[1] and {id = id, key = key, state = v[1], epoch = epoch_of(v[2]), deliveries = v[3],
    failures = v[4] or '0', losses = v[5] or '0', msg = v[6]}
end

local function unknown(id, claim)
  leave({id = id, worker = worker})
  events[#events + 1] = '{"v":1,"eid":' .. quoted(id .. '/-/' .. claim .. '/unknown')
    .. ',"item_id":' .. quoted(id) .. ',"job_id":null,"event":"unknown","epoch":null'
    .. ',"delivery":null,"claim":' .. quoted(claim) .. ',"worker":' .. quoted(worker)
    .. ',"at":' .. NOW_TEXT .. ',"reason":null,"result":null}'
  return {'unknown'}
end

local function granted(item)
  return {'ok', text_of(item), item.epoch, item.deliveries, item.failures, item.losses}
end

local function not_waiting(item, claim)
  item = read(item.id)
  if mine(item, claim) then
    return granted(item)
  end
  redis.call('ZREM', P .. 'fed', item.id)
  if item.state == 'running' and item.worker == worker then
    hold(item.id)
  else
    redis.call('LREM', held, 0, item.id)
  end
  return {item.state == 'cancelled' and 'cancelled' or 'dup'}
end

-- A second call finds it back already and adds no copy.
local function put_back(item)
  if redis.call('LREM', held, 0, item.id) + redis.call('ZREM', P .. 'fed', item.id) > 0 then
    wait(item, 'head')
  end
end

local function start(item, claim)
  local priority, job = priority_of(item), item.job
  started[priority] = started[priority] or {}
  table.insert(started[priority], item.id)
  item.claim, item.worker = claim, worker
  item.deliveries = item.deliveries and tostring(item.deliveries + 1) or '1'
  redis.call('HSET', item.key, 'state', 'running', 'claim', claim, 'worker', worker,
    'started_at', NOW_TEXT, 'deliveries', item.deliveries, 'job', type(job) == 'string' and job or '')
  if not is_held(item.id) then
    redis.call('LPUSH', held, item.id)
  end
  leases[#leases + 1] = until_then
  leases[#leases + 1] = item.id
  events[#events + 1] = event_of(item, 'started')
  return granted(item)
end

local function claim_one(id, key, claim)
  local item = read_waiting(id, key)
  if not item then
    return unknown(id, claim)
  elseif item.state ~= 'waiting' then
    return not_waiting(item, claim)
  elseif paused['*'] or paused[priority_of(item)] then
    put_back(item)
    return {'paused'}
  elseif tonumber(item.losses) >= SUSPECT_LOSSES and not alone then
    return {'alone'}
  end
  return start(item, claim)
end

local answers = {}
for i = 1, ITEMS do
  answers[i] = claim_one(id_of(KEYS[i]), KEYS[i], ARGV[4 + i])
end
for priority, ids in pairs(started) do
  redis.call('ZREM', P .. 'waiting:' .. priority, unpack(ids))
  redis.call('ZREM', P .. 'fed', unpack(ids))
end
if #leases > 0 then
  redis.call('ZADD', P .. 'leases', unpack(leases))
end
if #events > 0 then
  redis.call('LPUSH', P .. 'results', unpack(events))
end
-- What ends fills ready; a claim looks after it only when it runs dry.
if redis.call('LLEN', P .. 'ready') < DEPTH_MIN then
  feed(paused)
end
return answers
