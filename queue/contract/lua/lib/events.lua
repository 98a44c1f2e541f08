-- events: what the reconciler is told, newest on the left of results.

-- A text of nothing else needs no escape in JSON, as ids and codes do not.
local PLAIN = '^[0-9a-z/A-Z_.-]*$'

-- A string as JSON. Jobs and workers come again within a call.
local known = {}
local function quoted(text)
  local found = known[text]
  if not found then
    local plain = type(text) == 'string' and string.find(text, PLAIN)
    found = plain and '"' .. text .. '"' or cjson.encode(text)
    known[text] = found
  end
  return found
end

-- A text as it stands between the quotes of JSON.
local function inside(text)
  return string.sub(cjson.encode(text), 2, -2)
end

-- The event as JSON (schemas/event.json), put together as text: encoding a table costs more than
-- the rest of a transition. The result stands in it as it came: decoding and encoding it again
-- would turn [] into {}. item.epoch, item.claim, item.worker and item.deliveries must still be
-- those of the attempt.
local function event_of(item, event, reason, result)
  local id, claim, job = item.id, item.claim, job_of(item)
  local eid = id .. '/' .. item.epoch .. '/' .. (claim or '-') .. '/' .. event
  if not string.find(eid, PLAIN) then
    eid, id, claim = inside(eid), inside(id), claim and inside(claim)
  end
  return '{"v":1,"eid":"' .. eid
    .. '","item_id":"' .. id
    .. '","job_id":' .. (job and quoted(job) or 'null')
    .. ',"event":"' .. event
    .. '","epoch":' .. item.epoch
    .. ',"delivery":' .. (item.deliveries or '0')
    .. ',"claim":' .. (claim and '"' .. claim .. '"' or 'null')
    .. ',"worker":' .. (item.worker and quoted(item.worker) or 'null')
    .. ',"at":' .. NOW_TEXT
    .. ',"reason":' .. (reason and quoted(reason) or 'null')
    .. ',"result":' .. (result or 'null') .. '}'
end

local function emit(item, event, reason, result)
  redis.call('LPUSH', P .. 'results', event_of(item, event, reason, result))
end
