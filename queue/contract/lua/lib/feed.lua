-- feed: decide what is handed out next.

-- Fill ready. It is as deep as there are free slots: deep while idle, short behind long work, so that
-- what arrives later with a higher priority has little in front of it. It is filled when a quarter
-- of it is free, so that many items share the work. `paused` is what paused_scopes says, if the caller
-- has asked already; `least` is how deep it is at least, if not 2. What only a feed with room needs is made
-- then: most calls find ready full enough, and to make a function costs as much as to call a few.
local function feed(paused, least)
  local conf = redis.call('HMGET', P .. 'conf', 'slots', 'turn')
  local free = tonumber(conf[1] or 0) - redis.call('ZCARD', P .. 'leases')
  local depth = math.max(least or 2, math.min(64, free))
  local room = depth - redis.call('LLEN', P .. 'ready')
  if room <= 0 or 4 * room < depth then
    return
  end
-- include: paused choose
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
