-- item: reading the hash item:<id>.

-- How many of KEYS are items; behind them stand ready and generation.
local ITEMS = #KEYS - 2

local function id_of(key)
  return string.sub(key, #P + #'item:' + 1)
end

-- The item as a table, or nil when there is no such hash. Absent fields are false.
local function read(id)
  local key = P .. 'item:' .. id
  local v = redis.call('HMGET', key, 'state', 'epoch', 'claim', 'worker', 'cancel', 'deliveries',
    'failures', 'losses', 'deferred_at', 'msg')
  if not v[1] then
    return nil
  end
  return {id = id, key = key, state = v[1], epoch = v[2], claim = v[3], worker = v[4],
    cancel = v[5], deliveries = v[6], failures = v[7], losses = v[8], deferred_at = v[9], msg = v[10]}
end

-- The decoded message. A tombstone has none and answers an empty table.
local function message(item)
  if not item.message then
    item.message = item.msg and cjson.decode(item.msg) or {}
  end
  return item.message
end

-- The fence: only the current claim of a running item may write.
local function mine(item, claim)
  return item and item.state == 'running' and item.claim == claim
end
