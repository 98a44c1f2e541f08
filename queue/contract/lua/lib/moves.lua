-- moves: from one state to another; hash, index and list change together.

-- Tell the reconciler of an item that read gave. Epoch, claim, worker and deliveries must still be
-- those of the attempt.
local function emit(item, event, reason, result)
  redis.call('LPUSH', P .. 'results', event_of(event, item.id, job_of(item), item.epoch, item.deliveries,
    item.claim, item.worker, reason, result))
end

-- Drop an item from every index, whatever its state.
local function leave(item)
  for _, priority in ipairs(PRIORITIES) do
    redis.call('ZREM', P .. 'waiting:' .. priority, item.id)
  end
  if redis.call('ZREM', P .. 'fed', item.id) == 1 then
    redis.call('LREM', P .. 'ready', 0, item.id)
  end
  redis.call('ZREM', P .. 'leases', item.id)
  redis.call('ZREM', P .. 'delayed', item.id)
  if item.worker then
    redis.call('LREM', P .. 'processing:' .. item.worker, 0, item.id)
  end
end

-- End the attempt of an item that will run again.
local function end_attempt(item, reason)
  leave(item)
  redis.call('HDEL', item.key, 'claim', 'worker', 'started_at', 'progress', 'progress_at')
  if reason then
    redis.call('HSET', item.key, 'reason', reason)
  end
end

-- Make an item wait at the head (served next) or the tail of its priority. One that waits
-- already keeps its age and is no longer fed: the copy pushed here is its new place.
local function wait(item, place)
  local priority = priority_of(item)
  redis.call('HSET', item.key, 'state', 'waiting')
  redis.call('ZADD', P .. 'waiting:' .. priority, 'NX', NOW_TEXT, item.id)
  redis.call('ZREM', P .. 'fed', item.id)
  redis.call(place == 'head' and 'RPUSH' or 'LPUSH', P .. 'queue:' .. priority, item.id)
end

local function delay(item, milliseconds)
  redis.call('HSET', item.key, 'state', 'delayed')
  redis.call('ZADD', P .. 'delayed', NOW + milliseconds, item.id)
end

-- Put an item into a terminal state, with its event.
local function finish(item, state, reason, result)
  emit(item, state, reason, result)
  leave(item)
  redis.call('HSET', item.key, 'state', state)
  if reason then
    redis.call('HSET', item.key, 'reason', reason)
  else
    redis.call('HDEL', item.key, 'reason')
  end
  if result then
    redis.call('HSET', item.key, 'result', result)
  end
end
