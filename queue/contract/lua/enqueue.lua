#!lua
-- enqueue: dispatch up to 100 items, each unless this epoch or a later one is here already.
--
-- KEYS     item:<id> of each, then ready, generation
--          also touched: queue:*, waiting:*, delayed, fed, leases, processing:<worker>, conf
-- ARGV[1]  prefix, e.g. "harmonizer:"
-- ARGV[2…] per item: epoch, message (JSON, schemas/item.json), delay (ms, 0 = now),
--          failures, losses (what SQL counted so far)
--
-- Returns per item "ok" or "exists" (nothing is written). Calling it twice is the same as
-- calling it once. A message that is no JSON or names no priority fails the whole call before
-- anything is written. Refused by a full server (no allow-oom): the caller reports `full`.
-- Vectors: contract/vectors/enqueue.json
-- include: names item moves feed

local function check(msg)
  local priority = cjson.decode(msg).priority
  for _, known in ipairs(PRIORITIES) do
    if priority == known then
      return
    end
  end
  error('a message names no known priority')
end

local function enqueue(id, epoch, msg, milliseconds, failures, losses)
  local old = read(id)
  if old and tonumber(old.epoch) >= tonumber(epoch) then
    return 'exists'
  end
  leave(old or {id = id})
  local item = {id = id, key = P .. 'item:' .. id, msg = msg}
  redis.call('DEL', item.key)
  redis.call('HSET', item.key, 'msg', msg, 'epoch', epoch, 'failures', failures, 'losses', losses)
  if tonumber(milliseconds) > 0 then
    delay(item, tonumber(milliseconds))
  else
    wait(item, 'tail')
  end
  return 'ok'
end

for i = 1, ITEMS do
  check(ARGV[5 * i - 2])
end
local answers, more = {}, false
for i = 1, ITEMS do
  local first = 5 * i - 3
  answers[i] = enqueue(id_of(KEYS[i]), unpack(ARGV, first, first + 4))
  more = more or answers[i] == 'ok'
end
if more then
  feed()
end
return answers
