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
-- calling it once. A message that names no known priority fails the whole call with BADMESSAGE,
-- before anything is written. Refused by a full server (no allow-oom): the caller reports `full`.
-- Vectors: contract/vectors/enqueue.json
-- include: names clock item head

-- The priority of a message, or nil when it is none. One that begins as a producer writes it is taken
-- at its word: decoding each would cost a third of all this, and the worker that claims it decodes it.
local function check(id, msg)
  local _, priority = head_of(id, msg)
  if not priority or string.byte(msg, -1) ~= string.byte('}') then
    priority = (decoded(msg) or {}).priority
  end
  for _, known in ipairs(PRIORITIES) do
    if priority == known then
      return priority
    end
  end
end

-- What goes into indexes and queues is gathered, and written with one command for all. `fresh` has
-- no hash, and yet an index may know it, if its hash was lost.
local fresh, indexes, queues, seen = {}, {}, {}, {}

local function forget_fresh()
  local only = next(indexes)
  if next(indexes, only) then
    only = nil
  end
  local others = {}
  for _, index in ipairs({'waiting:high', 'waiting:normal', 'waiting:low', 'leases', 'delayed'}) do
    if index ~= only then -- where all go there is nothing to take out: ZADD gives them a new score
      others[#others + 1] = P .. index
    end
  end
  if redis.call('EXISTS', unpack(others)) > 0 then
    for _, index in ipairs(others) do
      redis.call('ZREM', index, unpack(fresh))
    end
  end
  if redis.call('ZREM', P .. 'fed', unpack(fresh)) > 0 then
    for _, id in ipairs(fresh) do
      redis.call('LREM', P .. 'ready', 0, id)
    end
  end
end

local function write_indexes()
  if #fresh > 0 then
    forget_fresh()
  end
  for index, members in pairs(indexes) do
    redis.call('ZADD', P .. index, unpack(members))
  end
  fresh, indexes, seen = {}, {}, {}
end

local function write_queues()
  for queue, ids in pairs(queues) do
    redis.call('LPUSH', P .. queue, unpack(ids))
  end
  queues = {}
end

-- Gather a value, or two, for the command that writes to a key.
local function gather(into, key, first, second)
  local list = into[key] or {}
  into[key], list[#list + 1] = list, first
  list[#list + 1] = second
end

-- Take an earlier dispatch away; false when it is not earlier.
local function replace(id, epoch)
-- include: read moves
  local old = read(id)
  if tonumber(old.epoch) >= tonumber(epoch) then
    return false
  end
  leave(old)
  redis.call('DEL', old.key)
  return true
end

local function enqueue(id, key, priority, epoch, msg, milliseconds, failures, losses)
  if seen[id] then
    write_indexes()
    write_queues()
  end
  seen[id] = true
  if redis.call('HEXISTS', key, 'state') == 0 then
    fresh[#fresh + 1] = id
  elseif not replace(id, epoch) then
    return 'exists'
  end
  local wanted = tonumber(milliseconds)
  if wanted > 0 then
    gather(indexes, 'delayed', NOW + wanted, id)
  else
    gather(indexes, 'waiting:' .. priority, NOW_TEXT, id)
    gather(queues, 'queue:' .. priority, id)
  end
  redis.call('HSET', key, 'msg', msg, 'epoch', epoch, 'failures', failures, 'losses', losses,
    'state', wanted > 0 and 'delayed' or 'waiting')
  return 'ok'
end

local priorities = {}
for i = 1, ITEMS do
  priorities[i] = check(id_of(KEYS[i]), ARGV[5 * i - 2])
  if not priorities[i] then
    return redis.error_reply('BADMESSAGE a message is no JSON or names no known priority')
  end
end
local answers, more = {}, false
for i = 1, ITEMS do
  local first = 5 * i - 3
  answers[i] = enqueue(id_of(KEYS[i]), KEYS[i], priorities[i], unpack(ARGV, first, first + 4))
  more = more or answers[i] == 'ok'
end
if not more then
  return answers
end
write_indexes()

-- Items of one priority that nothing waits in front of go into ready as they come, past the queue that feed
-- would take them from at once.
-- include: feed turns
local queue, ids = next(queues)
local room, turn = 0, nil
if queue and not next(queues, queue) and redis.call('EXISTS', P .. 'paused', P .. 'queue:high',
  P .. 'queue:normal', P .. 'queue:low') == 0 then
  room, turn = room_in_ready()
end
if queue and #ids <= room then
  for _ = 1, #ids do
    local whose
    repeat
      whose, turn = 'queue:' .. TURNS[turn + 1], (turn + 1) % #TURNS
    until whose == queue
  end
  hand_out(ids, turn)
else
  write_queues()
  feed()
end
return answers
