-- events: what the reconciler is told, newest on the left of results.

-- A string as JSON. What needs no escape, as ids and codes do not, costs a look.
local function quoted(text)
  if type(text) ~= 'string' or string.find(text, '[^%w/_.-]') then
    return cjson.encode(text)
  end
  return '"' .. text .. '"'
end

local function quoted_or_null(text)
  return text and quoted(text) or 'null'
end

-- The event as JSON (schemas/event.json), put together as text: encoding a table costs more than
-- the rest of a transition. The result stands in it as it came: decoding and encoding it again
-- would turn [] into {}. item.epoch, item.claim, item.worker and item.deliveries must still be
-- those of the attempt.
local function event_of(item, event, reason, result)
  local eid = item.id .. '/' .. item.epoch .. '/' .. (item.claim or '-') .. '/' .. event
  return '{"v":1,"eid":' .. quoted(eid)
    .. ',"item_id":' .. quoted(item.id)
    .. ',"job_id":' .. quoted_or_null(job_of(item))
    .. ',"event":"' .. event
    .. '","epoch":' .. item.epoch
    .. ',"delivery":' .. (item.deliveries or 0)
    .. ',"claim":' .. quoted_or_null(item.claim)
    .. ',"worker":' .. quoted_or_null(item.worker)
    .. ',"at":' .. NOW
    .. ',"reason":' .. quoted_or_null(reason)
    .. ',"result":' .. (result or 'null') .. '}'
end

local function emit(item, event, reason, result)
  redis.call('LPUSH', P .. 'results', event_of(item, event, reason, result))
end
