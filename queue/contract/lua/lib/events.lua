-- events: what the reconciler is told, newest on the left of results.

-- The result is put in as it came: decoding and encoding it again would turn [] into {}.
local function push(event, result)
  local text = cjson.encode(event)
  redis.call('LPUSH', P .. 'results',
    string.sub(text, 1, -2) .. ',"result":' .. (result or 'null') .. '}')
end

-- item.epoch, item.claim, item.worker and item.deliveries must still be those of the attempt.
local function emit(item, event, reason, result)
  push({
    v = 1,
    eid = item.id .. '/' .. item.epoch .. '/' .. (item.claim or '-') .. '/' .. event,
    item_id = item.id,
    job_id = message(item).job_id or cjson.null,
    event = event,
    epoch = tonumber(item.epoch),
    delivery = tonumber(item.deliveries or 0),
    claim = item.claim or cjson.null,
    worker = item.worker or cjson.null,
    at = NOW,
    reason = reason or cjson.null,
  }, result)
end
