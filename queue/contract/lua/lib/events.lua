-- events: what the reconciler is told, newest on the left of results.

-- Those that are written at the end, one command for all.
local events = {}

-- A string as JSON. A job or a worker comes again within a call.
local last, last_quoted, before, before_quoted
local function quoted(text)
  if text ~= last then
    if text ~= before then
      before, before_quoted = text, cjson.encode(text)
    end
    last, last_quoted, before, before_quoted = before, before_quoted, last, last_quoted
  end
  return last_quoted
end

-- An event as JSON (schemas/event.json), put together as text: encoding a table costs more than
-- the rest of a transition. The result stands in it as it came: decoding and encoding it again
-- would turn [] into {}.
local function event_of(event, id, job, epoch, deliveries, claim, worker, reason, result)
  local eid = id .. '/' .. epoch .. '/' .. (claim or '-') .. '/' .. event
  local eid_text, id_text, claim_text = cjson.encode(eid), nil, nil
  if #eid_text == #eid + 5 then -- two quotes, a backslash before each slash: nothing in it needed another
    id_text, claim_text = '"' .. id .. '"', claim and '"' .. claim .. '"'
  else
    id_text, claim_text = cjson.encode(id), claim and cjson.encode(claim)
  end
  return '{"v":1,"eid":' .. eid_text .. ',"item_id":' .. id_text
    .. ',"job_id":' .. (job and quoted(job) or 'null') .. ',"event":"' .. event .. '","epoch":' .. epoch
    .. ',"delivery":' .. (deliveries or '0') .. ',"claim":' .. (claim_text or 'null')
    .. ',"worker":' .. (worker and quoted(worker) or 'null') .. ',"at":' .. NOW_TEXT
    .. ',"reason":' .. (reason and quoted(reason) or 'null') .. ',"result":' .. (result or 'null') .. '}'
end
