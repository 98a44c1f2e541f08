-- held: the list of a worker, what it has fetched and runs, newest left.

local function list_of(worker)
  return P .. 'processing:' .. worker
end

-- Take ids out of a worker's list, every copy. A list of which much goes is written anew: LREM walks
-- through all of it for each id.
local function let_go(worker, ids)
  local list = list_of(worker)
  if #ids == 1 or redis.call('LLEN', list) > 4 * #ids then
    for _, id in ipairs(ids) do
      redis.call('LREM', list, 0, id)
    end
    return
  end
  local gone, rest = {}, {}
  for _, id in ipairs(ids) do
    gone[id] = true
  end
  for _, id in ipairs(redis.call('LRANGE', list, 0, -1)) do
    if not gone[id] then
      rest[#rest + 1] = id
    end
  end
  redis.call('DEL', list)
  if #rest > 0 then
    redis.call('RPUSH', list, unpack(rest))
  end
end
