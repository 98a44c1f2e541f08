-- workers: who is there, and what they hold when they go.

-- Count the slots of registered workers that are not draining, for the depth of feed.
local function count_slots()
  local slots = 0
  for _, worker in ipairs(redis.call('ZRANGE', P .. 'workers', 0, -1)) do
    local v = redis.call('HMGET', P .. 'worker:' .. worker, 'slots', 'draining')
    if v[1] and v[2] ~= '1' then
      slots = slots + tonumber(v[1])
    end
  end
  redis.call('HSET', P .. 'conf', 'slots', slots)
end

-- Take a worker out of the registry. It stays among the gone for a while: a half-open socket
-- can still put an id into its list, so reap looks there again.
local function retire(worker)
  redis.call('ZREM', P .. 'workers', worker)
  redis.call('ZADD', P .. 'workers:gone', NOW, worker)
end

-- Empty a worker's list: what waits goes back to the head, what it runs is given to `running`.
-- The list is newest first, so the oldest is pushed last and served first. Returns the count.
local function drain(worker, running)
  local list = P .. 'processing:' .. worker
  local ids = redis.call('LRANGE', list, 0, -1)
  redis.call('DEL', list)
  local count, seen = 0, {}
  for _, id in ipairs(ids) do
    local item = not seen[id] and read(id)
    seen[id] = true
    if item and item.state == 'waiting' then
      wait(item, 'head')
      count = count + 1
    elseif item and item.state == 'running' and item.worker == worker then
      running(item)
      count = count + 1
    end
  end
  return count
end
