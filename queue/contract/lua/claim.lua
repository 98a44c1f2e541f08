#!lua flags=allow-oom
-- claim: make up to 100 fetched items this worker's, each under a claim id of its own.
--
-- KEYS     item:<id> of each, then ready, generation
--          also touched: processing:<worker>, queue:*, waiting:*, fed, leases, conf, results
-- ARGV[1]  prefix   ARGV[2]  worker id   ARGV[3]  lease (ms)
-- ARGV[4]  "1" when the worker runs nothing else, "0" otherwise
-- ARGV[5…] per item: claim id, as chosen by the worker (random, 22 characters)
--
-- Returns per item a list that starts with
--   ok         then message, epoch, deliveries, failures, losses; event `started`. The same
--              claim again gets the same answer
--   alone      a suspect (2 losses or more) is claimed only with ARGV[4] = "1"; nothing changed
--   paused     its priority is paused; it went back to the head of its queue
--   cancelled  it was cancelled; the id is gone from this worker
--   dup        it does not wait (any more); the id is gone from this worker
--   unknown    there is no hash; the id is gone everywhere, event `unknown`
-- Vectors: contract/vectors/claim.json
-- include: names clock item head events held paused starts

local worker, alone = ARGV[2], ARGV[4] == '1'
local paused, more = paused_and_ready()
local held, until_then = list_of(worker), tostring(NOW + ARGV[3])

-- The fetch has put these ids at the left of the list. One that is not among as many is further back,
-- or missing: this worker was drained meanwhile.
local in_front = {}
for _, id in ipairs(redis.call('LRANGE', held, 0, ITEMS - 1)) do
  in_front[id] = true
end

local answers = {}
for i = 1, ITEMS do
  local id, before = id_of(KEYS[i]), #leases
  answers[i] = start(id, KEYS[i], ARGV[4 + i], worker, until_then, paused, alone)
  if #leases > before and not in_front[id] and not redis.call('LPOS', held, id) then
    redis.call('LPUSH', held, id)
  end
end
write_started()
if #events > 0 then
  redis.call('LPUSH', P .. 'results', unpack(events))
end
-- What ends fills ready; a claim looks after it only when it runs dry.
if not more then
-- include: feed
  feed(paused)
end
return answers
