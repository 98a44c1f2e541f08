-- feed: decide what is handed out next.

-- How many ids ready is to be given now, and whose turn it is. Ready is as deep as there are free slots: deep while
-- idle, short behind long work, so that what arrives later with a higher priority has little in front of it. It
-- is filled when a quarter of it is free, so that many items share the work. `least` is how deep it is at
-- least, if not 2.
local function room_in_ready(least)
  local conf = redis.call('HMGET', P .. 'conf', 'slots', 'turn')
  local free = tonumber(conf[1] or 0) - redis.call('ZCARD', P .. 'leases')
  local depth = math.max(least or 2, math.min(64, free))
  local room = depth - redis.call('LLEN', P .. 'ready')
  return 4 * room < depth and 0 or room, tonumber(conf[2] or 0)
end

-- Put ids into ready, and note whose turn comes next.
local function hand_out(ids, turn)
  local fed = {}
  for i = 1, #ids do
    fed[2 * i - 1], fed[2 * i] = NOW_TEXT, ids[i]
  end
  redis.call('ZADD', P .. 'fed', unpack(fed))
  redis.call('LPUSH', P .. 'ready', unpack(ids))
  redis.call('HSET', P .. 'conf', 'turn', turn)
end

-- Fill ready. `paused` is what paused_scopes says, if the caller has asked already. What only a feed with room needs
-- is made then: most calls find ready full enough, and to make a function costs as much as to call a few.
local function feed(paused, least)
  local room, turn = room_in_ready(least)
  if room <= 0 then
    return
  end
-- include: paused choose
  local ids, resume = choose(room, turn, paused or paused_scopes())
  if #ids > 0 then
    hand_out(ids, resume)
  end
end
