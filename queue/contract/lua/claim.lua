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
-- include: names item events moves feed

local SUSPECT_LOSSES = 2
local worker, lease, alone = ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1'
local held, paused = P .. 'processing:' .. worker, paused_scopes()
-- What starts here, by priority, with its lease and its event: written at the end, one command
-- for all. Until then only hashes change, so that a second copy of an id sees the first.
local started, leases, events = {}, {}, {}

-- The list keeps exactly one entry of what this worker runs, so that its drain finds it.
local function hold(id)
  redis.call('LREM', held, 0, id)
  redis.call('LPUSH', held, id)
end

local function unknown(id, claim)
  leave({id = id, worker = worker})
  events[#events + 1] = '{"v":1,"eid":' .. quoted(id .. '/-/' .. claim .. '/unknown')
    .. ',"item_id":' .. quoted(id) .. ',"job_id":null,"event":"unknown","epoch":null'
    .. ',"delivery":null,"claim":' .. quoted(claim) .. ',"worker":' .. quoted(worker)
    .. ',"at":' .. NOW .. ',"reason":null,"result":null}'
  return {'unknown'}
end

local function granted(item)
  return {'ok', item.msg or '', item.epoch, item.deliveries, item.failures, item.losses}
end

local function not_waiting(item, claim)
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

-- The fetch has put the id at the left of the list, where LPOS sees it at once; it is missing if
-- this worker was drained meanwhile.
local function start(item, claim)
  local priority = priority_of(item)
  started[priority] = started[priority] or {}
  table.insert(started[priority], item.id)
  item.claim, item.worker = claim, worker
  item.deliveries = tostring((item.deliveries or 0) + 1)
  redis.call('HSET', item.key, 'state', 'running', 'claim', claim, 'worker', worker,
    'started_at', NOW, 'deliveries', item.deliveries)
  if not redis.call('LPOS', held, item.id) then
    redis.call('LPUSH', held, item.id)
  end
  leases[#leases + 1] = NOW + lease
  leases[#leases + 1] = item.id
  events[#events + 1] = event_of(item, 'started')
  return granted(item)
end

local function claim_one(id, claim)
  local item = read(id)
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
  answers[i] = claim_one(id_of(KEYS[i]), ARGV[4 + i])
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
feed()
return answers
