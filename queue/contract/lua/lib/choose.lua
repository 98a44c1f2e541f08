-- choose: whose turn it is.

-- Take so many ids off the queues. Returns them, with the turn that comes next.
local function choose(room, turn, paused)
-- include: turns
  local queues, ids, given = {}, {}, {}
  for _, id in ipairs(redis.call('ZRANGE', P .. 'fed', 0, -1)) do
    given[id] = true
  end

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
    for i = #found, 1, -1 do
      seen = seen + 1
      queue.ids[seen], queue.fresh[seen] = found[i], waiting[i]
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
