#!lua flags=allow-oom
-- audit: find waiting items that stand in no list, at most 100 a call.
--
-- KEYS[1]  ready   KEYS[2]  generation
--          also touched: fed, processing:*, workers, item:*, waiting:*, queue:*, conf
-- ARGV[1]  prefix
--
-- Returns how many went back to the head of their queue: those fed more than 15 s ago that are
-- neither in ready nor in the list of a registered worker; and, where queue:<priority> does not hold
-- the oldest of waiting:<priority> that is not fed, it and others that are missing there: the list, or
-- its beginning, was lost. Any worker may call it at any time.
-- Vectors: contract/vectors/audit.json
-- include: names clock item head read moves feed

local LOST_AFTER, MOST = 15000, 100

-- Every id in ready and in the lists of registered workers.
local function handed_out()
  local found = {}
  local lists = {P .. 'ready'}
  for _, worker in ipairs(redis.call('ZRANGE', P .. 'workers', 0, -1)) do
    lists[#lists + 1] = P .. 'processing:' .. worker
  end
  for _, list in ipairs(lists) do
    for _, id in ipairs(redis.call('LRANGE', list, 0, -1)) do
      found[id] = true
    end
  end
  return found
end

-- Newest first: the oldest is pushed last and served first.
local function restore_fed()
  local old = redis.call('ZREVRANGEBYSCORE', P .. 'fed', NOW - LOST_AFTER, '-inf')
  if #old == 0 then
    return 0
  end
  local found, count = handed_out(), 0
  for _, id in ipairs(old) do
    local item = not found[id] and count < MOST and read(id)
    if item and item.state == 'waiting' then
      wait(item, 'head')
      count = count + 1
    elseif not found[id] and count < MOST then
      redis.call('ZREM', P .. 'fed', id)
    end
  end
  return count
end

-- The oldest ids, at most so many, that wait and are not fed.
local function unfed(priority, most)
  local found = {}
  local last = redis.call('ZCARD', P .. 'fed') + most - 1
  for _, id in ipairs(redis.call('ZRANGE', P .. 'waiting:' .. priority, 0, last)) do
    if #found < most and not redis.call('ZSCORE', P .. 'fed', id) then
      found[#found + 1] = id
    end
  end
  return found
end

-- A queue that does not hold the oldest of what waits has lost its list, though others may have come since. What
-- is missing goes to its head, newest first. It is the oldest that is looked for, from the head on: there it stands.
local function restore_queue(priority, most)
  local queue, oldest = P .. 'queue:' .. priority, unfed(priority, 1)[1]
  if not oldest or most < 1 or redis.call('LPOS', queue, oldest, 'RANK', -1) then
    return 0
  end
  local there, ids, count = {}, unfed(priority, most), 0
  for _, id in ipairs(redis.call('LRANGE', queue, 0, -1)) do
    there[id] = true
  end
  for i = #ids, 1, -1 do
    if not there[ids[i]] then
      redis.call('RPUSH', queue, ids[i])
      count = count + 1
    end
  end
  return count
end

local count = restore_fed()
for _, priority in ipairs(PRIORITIES) do
  count = count + restore_queue(priority, MOST - count)
end
feed()
return count
