-- feed: decide what is handed out next.

local TURNS = {'high', 'high', 'normal', 'high', 'high', 'normal', 'high', 'high', 'normal', 'low'}
local DEPTH_MIN, DEPTH_MAX = 2, 64

-- ready is as deep as there are free slots: deep while idle, short behind long work, so that
-- what arrives later with a higher priority has little in front of it.
local function depth()
  local slots = tonumber(redis.call('HGET', P .. 'conf', 'slots') or 0)
  local free = slots - redis.call('ZCARD', P .. 'leases')
  return math.max(DEPTH_MIN, math.min(DEPTH_MAX, free))
end

-- The next id of a priority, or nil. A copy is stale when its item does not wait here (any
-- more) or is fed already. The index is asked, not the hash: an id whose hash was lost goes on
-- to claim, which reports it.
local function next_of(priority)
  while true do
    local id = redis.call('RPOP', P .. 'queue:' .. priority)
    if not id then
      return nil
    end
    if redis.call('ZSCORE', P .. 'waiting:' .. priority, id)
      and not redis.call('ZSCORE', P .. 'fed', id) then
      return id
    end
  end
end

local function feed()
  local room = depth() - redis.call('LLEN', P .. 'ready')
  if room <= 0 then
    return
  end
  local paused = {}
  for _, scope in ipairs(redis.call('SMEMBERS', P .. 'paused')) do
    paused[scope] = true
  end
  local open, left = {}, 0
  for _, priority in ipairs(PRIORITIES) do
    if not paused['*'] and not paused[priority]
      and redis.call('EXISTS', P .. 'queue:' .. priority) == 1 then
      open[priority] = true
      left = left + 1
    end
  end
  local turn = tonumber(redis.call('HGET', P .. 'conf', 'turn') or 0)
  local resume
  while room > 0 and left > 0 do
    local priority = TURNS[turn + 1]
    if open[priority] then
      local id = next_of(priority)
      if id then
        redis.call('LPUSH', P .. 'ready', id)
        redis.call('ZADD', P .. 'fed', NOW, id)
        room = room - 1
        resume = (turn + 1) % #TURNS
      else
        open[priority] = nil
        left = left - 1
      end
    end
    turn = (turn + 1) % #TURNS
  end
  if resume then
    redis.call('HSET', P .. 'conf', 'turn', resume)
  end
end
