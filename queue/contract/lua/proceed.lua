#!lua flags=allow-oom
-- proceed: complete up to 100 items, and claim as many others for the slots that this frees. Sent behind a fetch
-- it completes none, and claims what came and others for slots that are free.
--
-- KEYS     item:<id> of each that ends, then ready, generation
--          also touched: item:<id> of each that starts, processing:<worker>, queue:*, waiting:*, fed,
--          leases, conf, results
-- ARGV[1]  prefix   ARGV[2]  worker id   ARGV[3]  lease (ms)
-- ARGV[4…] per item that ends: claim id, result (JSON, at most 16 KiB, no patient value)
-- ARGV[…]  then claim ids, as chosen by the worker (random, 22 characters), one for each item that may start
--
-- The ids come from ready, and when it is empty from the queues as feed would have chosen them; when none ends, the
-- first is what a fetch has put into processing:<worker>. Returns
-- what complete does for each that ends, and behind that, for each that was taken, what claim does for one
-- and its id. Calling it twice ends each item once, and starts others: whoever loses the reply finds what
-- was started for it in processing:<worker>, under a claim of its own.
-- A result that is no JSON or larger than 16 KiB fails the whole call with BADRESULT, before anything
-- is written.
-- Vectors: contract/vectors/proceed.json
-- include: names clock item head events held paused ends starts

local worker, first = ARGV[2], 2 * ITEMS + 4
local most, until_then = #ARGV - first + 1, tostring(NOW + ARGV[3])
local held = list_of(worker)

if bad_results(4) then
  return redis.error_reply('BADRESULT a result is no JSON or larger than 16 KiB')
end
local answers = complete_all(4)

local ids = {}
if ITEMS == 0 then
  -- What the fetch has put into the list is the newest there that waits, unless others came between: then the
  -- worker claims it by itself. A fetch that brought nothing leaves what runs in front.
  local fetched = redis.call('LINDEX', held, 0)
  if fetched and redis.call('HGET', P .. 'item:' .. fetched, 'state') == 'waiting' then
    ids[1] = fetched
  end
end
if most - #ids == 1 then
  ids[#ids + 1] = redis.call('RPOPLPUSH', P .. 'ready', held) or nil
elseif most > #ids then
  local others = redis.call('RPOP', P .. 'ready', most - #ids) or {}
  if #others > 0 then
    redis.call('LPUSH', held, unpack(others))
  end
  for i = 1, #others do
    ids[#ids + 1] = others[i]
  end
end
local paused, more = paused_and_ready()

-- Ready is emptied item by item. When the last one stood there for a moment only (ms), many that come next share
-- the work of a feed, and what arrives with a higher priority has still little in front.
local least
if ITEMS > 0 and not more and most < 4 and ids[1] then
  local fed_at = redis.call('ZSCORE', P .. 'fed', ids[#ids])
  least = fed_at and NOW - fed_at < 20 and 16
end

local empty = (#ids < most or not more)
  and redis.call('EXISTS', P .. 'queue:high', P .. 'queue:normal', P .. 'queue:low') == 0
if #ids < most and not empty then
-- include: choose
  local turn = redis.call('HGET', P .. 'conf', 'turn')
  local chosen, resume = choose(most - #ids, tonumber(turn or 0), paused)
  if #chosen > 0 then
    redis.call('HSET', P .. 'conf', 'turn', resume)
    redis.call('LPUSH', held, unpack(chosen))
  end
  for i = 1, #chosen do
    ids[#ids + 1] = chosen[i]
  end
end

for i = 1, #ids do
  local id = ids[i]
  local answer = start(id, P .. 'item:' .. id, ARGV[first + i - 1], worker, until_then, paused, false)
  if answer[1] == 'alone' then
    redis.call('ZADD', P .. 'fed', 'NX', NOW_TEXT, id) -- so that audit knows of it, wherever it was taken
  end
  answer[#answer + 1] = id
  answers[ITEMS + i] = answer
end
write_started()
if #events > 0 then
  redis.call('LPUSH', P .. 'results', unpack(events))
end
-- Slots stay free, or somebody else may wait for some to be.
if not empty and (#leases < 2 * #ended or not more) then
-- include: feed
  feed(paused, least)
end
return answers
