-- feed: decide what is handed out next.

local TURNS = {'high', 'high', 'normal', 'high', 'high', 'normal', 'high', 'high', 'normal', 'low'}
local DEPTH_MIN, DEPTH_MAX = 2, 64

-- ready is as deep as there are free slots: deep while idle, short behind long work, so that
-- what arrives later with a higher priority has little in front of it.
local function room_in_ready(slots)
  local free = tonumber(slots or 0) - redis.call('ZCARD', P .. 'leases')
  local depth = math.max(DEPTH_MIN, math.min(DEPTH_MAX, free))
  return depth - redis.call('LLEN', P .. 'ready')
end

-- What is paused, as a table of true: priorities, or "*" for all.
local function paused_scopes()
  local paused = {}
  for _, scope in ipairs(redis.call('SMEMBERS', P .. 'paused')) do
    paused[scope] = true
  end
  return paused
end

local function open_priorities()
  local open, paused = {}, paused_scopes()
  for _, priority in ipairs(PRIORITIES) do
    open[priority] = not (paused['*'] or paused[priority]) or nil
  end
  return open
end

-- The next id of a priority, fed from now on, or nil. A copy is stale when its item does not wait
-- here (any more) or is fed already. The index is asked, not the hash: an id whose hash was lost
-- goes on to claim, which reports it.
local function feed_one(priority)
  while true do
    local id = redis.call('RPOP', P .. 'queue:' .. priority)
    if not id then
      return nil
    end
    if redis.call('ZSCORE', P .. 'waiting:' .. priority, id)
      and redis.call('ZADD', P .. 'fed', 'NX', NOW, id) == 1 then
      return id
    end
  end
end

local function feed()
  local conf = redis.call('HMGET', P .. 'conf', 'slots', 'turn')
  local room = room_in_ready(conf[1])
  if room <= 0 then
    return
  end
  local open, turn, ids, resume = open_priorities(), tonumber(conf[2] or 0), {}, nil
  while #ids < room and next(open) do
    local priority = TURNS[turn + 1]
    turn = (turn + 1) % #TURNS
    if open[priority] then
      local id = feed_one(priority)
      if id then
        ids[#ids + 1] = id
        resume = turn
      else
        open[priority] = nil
      end
    end
  end
  if resume then
    redis.call('LPUSH', P .. 'ready', unpack(ids))
    redis.call('HSET', P .. 'conf', 'turn', resume)
  end
end
