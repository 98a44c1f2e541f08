-- feed: decide what is handed out next.

local DEPTH_MIN, DEPTH_MAX = 2, 64

-- What is paused, as a table of true: priorities, or "*" for all.
local function paused_scopes()
  local paused = {}
  for _, scope in ipairs(redis.call('SMEMBERS', P .. 'paused')) do
    paused[scope] = true
  end
  return paused
end

-- Take so many ids off the queues. Returns them, with the turn that comes next. What only this needs is made here: most calls of most scripts find
-- ready full enough, and to make a function costs as much as to call a few.
local function choose(room, turn, paused)
  local TURNS = {'high', 'high', 'normal', 'high', 'high', 'normal', 'high', 'high', 'normal', 'low'}
  local queues, ids, given = {}, {}, {}

  -- Look at the next ids of a queue, at most so many; false at its end. A copy is stale when its item
  -- does not wait here (any more) or is fed already. The index is asked, not the hash: an id whose
  -- hash was lost goes on to claim, which reports it.
  local function look(queue, priority, most)
    local seen = #queue.ids
    local found = redis.call('LRANGE', P .. 'queue:' .. priority, -seen - most, -seen - 1)
    if #found == 0 then
      return false
    end
    local waiting = redis.call('ZMSCORE', P .. 'waiting:' .. priority, unpack(found))
    local fed = redis.call('ZMSCORE', P .. 'fed', unpack(found))
    for i = #found, 1, -1 do
      seen = seen + 1
      queue.ids[seen], queue.fresh[seen] = found[i], waiting[i] and not fed[i]
    end
    return true
  end

  -- The next id of a priority that is not stale and was not given a moment ago, or nil. Ids stay where
  -- they are until it is decided how many go; `taken` is how many that are, stale copies among them.
  local function next_of(priority, most)
    local queue = queues[priority] or {ids = {}, fresh = {}, taken = 0}
    queues[priority] = queue
    while queue.taken < #queue.ids or look(queue, priority, most) do
      queue.taken = queue.taken + 1
      local id = queue.ids[queue.taken]
      if queue.fresh[queue.taken] and not given[id] then
        given[id] = true
        return id
      end
    end
  end

  local closed, open, resume = {}, #PRIORITIES, turn
  while #ids < room and open > 0 do
    local priority = TURNS[turn + 1]
    turn = (turn + 1) % #TURNS
    if not closed[priority] then
      local id = not (paused['*'] or paused[priority]) and next_of(priority, room - #ids)
      if id then
        ids[#ids + 1], resume = id, turn
      else
        closed[priority], open = true, open - 1
      end
    end
  end
  for priority, queue in pairs(queues) do
    if queue.taken > 0 then
      redis.call('LTRIM', P .. 'queue:' .. priority, 0, -queue.taken - 1)
    end
  end
  return ids, resume
end

-- Fill ready. It is as deep as there are free slots: deep while idle, short behind long work, so that
-- what arrives later with a higher priority has little in front of it. It is filled when a quarter
-- of it is free, so that many items share the work. `paused` is what paused_scopes says, if the caller
-- has asked already.
local function feed(paused)
  local conf = redis.call('HMGET', P .. 'conf', 'slots', 'turn')
  local free = tonumber(conf[1] or 0) - redis.call('ZCARD', P .. 'leases')
  local depth = math.max(DEPTH_MIN, math.min(DEPTH_MAX, free))
  local room = depth - redis.call('LLEN', P .. 'ready')
  if room <= 0 or 4 * room < depth then
    return
  end
  local ids, turn = choose(room, tonumber(conf[2] or 0), paused or paused_scopes())
  if #ids == 0 then
    return
  end
  local fed = {}
  for i = 1, #ids do
    fed[2 * i - 1], fed[2 * i] = NOW_TEXT, ids[i]
  end
  redis.call('ZADD', P .. 'fed', unpack(fed))
  redis.call('LPUSH', P .. 'ready', unpack(ids))
  redis.call('HSET', P .. 'conf', 'turn', turn)
end
