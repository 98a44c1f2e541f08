-- read: reading the hash item:<id>.

-- The item as a table, or nil when there is no such hash. Absent fields are false. The message is
-- not read before somebody asks for it: a string that enters Lua is hashed to its last byte.
local function read(id)
  local key = P .. 'item:' .. id
  local v = redis.call('HMGET', key, 'state', 'epoch', 'claim', 'worker', 'cancel', 'deliveries',
    'failures', 'losses', 'deferred_at', 'job')
  if not v[1] then
    return nil
  end
  return {id = id, key = key, state = v[1], epoch = epoch_of(v[2]), claim = v[3], worker = v[4],
    cancel = v[5], deliveries = v[6], failures = v[7] or '0', losses = v[8] or '0',
    deferred_at = v[9], job = v[10] ~= '' and v[10]}
end

local function mine(item, claim)
  return item and current(item.state, item.claim, claim)
end

-- The message as text. A tombstone has none, nor has a hash that a person wrote: an empty text.
local function text_of(item)
  if not item.msg then
    item.msg = item.key and redis.call('HGET', item.key, 'msg') or ''
  end
  return item.msg
end

-- The decoded message, or an empty table when it is none.
local function message(item)
  if not item.message then
    item.message = decoded(text_of(item)) or {}
  end
  return item.message
end

-- What an item may spend of "failures" or "losses". A message that does not say so allows one:
-- it is no message, and the worker that reads it will say so.
local function most(item, budget)
  return tonumber(message(item)['max_' .. budget]) or 1
end

local function read_head(item)
  item.job, item.priority = head_of(item.id, text_of(item))
  if not item.priority then
    item.job, item.priority = message(item).job_id, message(item).priority
  end
  if item.priority ~= 'high' and item.priority ~= 'low' then
    item.priority = 'normal'
  end
end

-- What runs has its job in its hash, so that whatever ends it need not read the message.
local function job_of(item)
  if not item.job and not item.priority then
    read_head(item)
  end
  return item.job
end

local function priority_of(item)
  if not item.priority then
    read_head(item)
  end
  return item.priority
end
