-- feed: decide what is handed out next.

local TURNS = {'high', 'high', 'normal', 'high', 'high', 'normal', 'high', 'high', 'normal', 'low'}
local DEPTH_MIN, DEPTH_MAX = 2, 64

-- ready is as deep as there are free slots: deep while idle, short behind long work, so that
-- what arrives later with a higher priority has little in front of it. It is filled when a quarter
-- of it is free, so that many items share the work.
local function room_in_ready(slots)
  local free = tonumber(slots or 0) - redis.call('ZCARD', P .. 'leases')
  local depth = math.max(DEPTH_MIN, math.min(DEPTH_MAX, free))
  local room = depth - redis.call('LLEN', P .. 'ready')
  return 4 * room >= depth and room or 0
end

-- What is paused, as a table of true: priorities, or "*" for all.
local function paused_scopes()
  local paused = {}
  for _, scope in ipairs(redis.call('SMEMBERS', P .. 'paused')) do
    paused[scope] = true
  end
  return paused
end

-- The queues that are handed out from, by priority. Their ids stay where they are until it is
-- decided how many go; `taken` is how many that are so far, stale copies among them.
local function open_queues(paused)
  local open = {}
  for _, priority in ipairs(PRIORITIES) do
    if not (paused['*'] or paused[priority]) then
      open[priority] = {key = P .. 'queue:' .. priority, waiting = P .. 'waiting:' .. priority,
        ids = {}, fresh = {}, taken = 0}
    end
  end
  return open
end

-- Look at the next ids of a queue, at most so many; false at its end. A copy is stale when its item
-- does not wait here (any more) or is fed already. The index is asked, not the hash: an id whose
-- hash was lost goes on to claim, which reports it.
local function look(queue, most)
  local seen = #queue.ids
  local ids = redis.call('LRANGE', queue.key, -seen - most, -seen - 1)
  if #ids == 0 then
    return false
  end
  local waiting = redis.call('ZMSCORE', queue.waiting, unpack(ids))
  local fed = redis.call('ZMSCORE', P .. 'fed', unpack(ids))
  for i = #ids, 1, -1 do
    table.insert(queue.ids, ids[i])
    queue.fresh[#queue.ids] = waiting[i] and not fed[i]
  end
  return true
end

-- The next id of a queue that is not stale and was not `given` a moment ago, or nil.
local function next_of(queue, most, given)
  while queue.taken < #queue.ids or look(queue, most) do
    queue.taken = queue.taken + 1
    local id = queue.ids[queue.taken]
    if queue.fresh[queue.taken] and not given[id] then
      given[id] = true
      return id
    end
  end
end

-- Walk over the turns for so many ids. Returns them, with the turn that comes next.
local function choose(queues, room, turn)
  local open, ids, given, resume = {}, {}, {}, turn
  for priority, queue in pairs(queues) do
    open[priority] = queue
  end
  while #ids < room and next(open) do
    local priority = TURNS[turn + 1]
    turn = (turn + 1) % #TURNS
    local id = open[priority] and next_of(open[priority], room - #ids, given)
    if id then
      ids[#ids + 1] = id
      resume = turn
    else
      open[priority] = nil
    end
  end
  return ids, resume
end

local function hand_out(ids)
  local fed = {}
  for i, id in ipairs(ids) do
    fed[2 * i - 1], fed[2 * i] = NOW_TEXT, id
  end
  redis.call('ZADD', P .. 'fed', unpack(fed))
  redis.call('LPUSH', P .. 'ready', unpack(ids))
end

-- Fill ready. `paused` is what paused_scopes says, if the caller has asked already.
local function feed(paused)
  local conf = redis.call('HMGET', P .. 'conf', 'slots', 'turn')
  local room = room_in_ready(conf[1])
  if room <= 0 then
    return
  end
  local queues = open_queues(paused or paused_scopes())
  local ids, turn = choose(queues, room, tonumber(conf[2] or 0))
  for _, queue in pairs(queues) do
    if queue.taken > 0 then
      redis.call('LTRIM', queue.key, 0, -queue.taken - 1)
    end
  end
  if #ids > 0 then
    hand_out(ids)
    redis.call('HSET', P .. 'conf', 'turn', turn)
  end
end
