-- starts: what waits becomes a worker's.

local SUSPECT_LOSSES = 2
-- What starts here, by priority, with its lease and its event: written at the end, one command
-- for all. Until then only hashes change, so that a second copy of an id sees the first.
local started, leases = {}, {}

-- What becomes of an item that does not simply start, by what is asked for. The functions for it are
-- made when one comes: each call would pay for them.
local function seldom(what, item, claim, worker)
-- include: read moves
  local cases, held = {}, list_of(worker)

  -- Job and priority of a message that does not begin as a producer writes it.
  function cases.head()
    return priority_of(item), item.job
  end

  function cases.unknown()
    leave({id = item.id, worker = worker})
    events[#events + 1] = '{"v":1,"eid":' .. quoted(item.id .. '/-/' .. claim .. '/unknown')
      .. ',"item_id":' .. quoted(item.id) .. ',"job_id":null,"event":"unknown","epoch":null'
      .. ',"delivery":null,"claim":' .. quoted(claim) .. ',"worker":' .. quoted(worker)
      .. ',"at":' .. NOW_TEXT .. ',"reason":null,"result":null}'
    return {'unknown'}
  end

  function cases.not_waiting()
    local found = read(item.id)
    if mine(found, claim) then
      return {'ok', text_of(found), found.epoch, found.deliveries, found.failures, found.losses}
    end
    redis.call('ZREM', P .. 'fed', item.id)
    redis.call('LREM', held, 0, item.id)
    -- The list keeps exactly one entry of what this worker runs, so that its drain finds it.
    if found.state == 'running' and found.worker == worker then
      redis.call('LPUSH', held, item.id)
    end
    return {found.state == 'cancelled' and 'cancelled' or 'dup'}
  end

  -- A second call finds it back already and adds no copy.
  function cases.paused()
    if redis.call('LREM', held, 0, item.id) + redis.call('ZREM', P .. 'fed', item.id) > 0 then
      wait(item, 'head')
    end
    return {'paused'}
  end

  return cases[what]()
end

-- Let an item start if it waits and nothing is against it. Returns the answer of claim. Of an item
-- that waits only these fields decide; the rest is not set.
local function start(id, key, claim, worker, until_then, paused, alone)
  local v = redis.call('HMGET', key, 'state', 'epoch', 'deliveries', 'failures', 'losses', 'msg')
  local msg = v[6] or ''
  if not v[1] then
    return seldom('unknown', {id = id}, claim, worker)
  elseif v[1] ~= 'waiting' then
    return seldom('not_waiting', {id = id}, claim, worker)
  end
  local job, priority = head_of(id, msg)
  if not priority then
    priority, job = seldom('head', {id = id, key = key, msg = msg}, claim, worker)
  elseif priority ~= 'high' and priority ~= 'low' then
    priority = 'normal'
  end
  local losses = v[5] or '0'
  if paused['*'] or paused[priority] then
    return seldom('paused', {id = id, key = key, job = job, priority = priority}, claim, worker)
  elseif tonumber(losses) >= SUSPECT_LOSSES and not alone then
    return {'alone'}
  end
  local epoch, deliveries = epoch_of(v[2]), v[3] and tostring(v[3] + 1) or '1'
  redis.call('HSET', key, 'state', 'running', 'claim', claim, 'worker', worker,
    'started_at', NOW_TEXT, 'deliveries', deliveries, 'job', type(job) == 'string' and job or '')
  local ids = started[priority]
  if ids then
    ids[#ids + 1] = id
  else
    started[priority] = {id}
  end
  leases[#leases + 1] = until_then
  leases[#leases + 1] = id
  events[#events + 1] = event_of('started', id, job, epoch, deliveries, claim, worker)
  return {'ok', msg, epoch, deliveries, v[4] or '0', losses}
end

-- Write what is gathered of what starts; the events are left to the caller.
local function write_started()
  if #leases == 0 then
    return
  end
  for priority, ids in pairs(started) do
    redis.call('ZREM', P .. 'waiting:' .. priority, unpack(ids))
    redis.call('ZREM', P .. 'fed', unpack(ids))
  end
  redis.call('ZADD', P .. 'leases', unpack(leases))
end
