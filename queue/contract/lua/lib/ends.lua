-- ends: what runs becomes succeeded.

local RESULT_MAX = 16384

-- Of an item that ends only the hash changes at once; the rest is written for all, and the events are
-- left to the caller.
local ended = {}

-- Whether a result cannot stand in an event. Claims and results of the items begin at ARGV[first].
local function bad_results(first)
  for i = 1, ITEMS do
    local result = ARGV[first + 2 * i - 1]
    if #result > RESULT_MAX or not decoded(result) then
      return true
    end
  end
end

-- Settle one item. Returns its answer, and whose it was.
local function complete(key, claim, result)
  local v = redis.call('HMGET', key, 'state', 'epoch', 'claim', 'worker', 'deliveries', 'reason', 'job')
  if not current(v[1], v[3], claim) then
    return v[1] == 'succeeded' and v[3] == claim and 'again' or 'stale'
  end
  redis.call('HSET', key, 'state', 'succeeded', 'result', result)
  if v[6] then
    redis.call('HDEL', key, 'reason')
  end
  local id, job = id_of(key), v[7]
  if job == '' or not job then -- it was claimed by a script which did not write it into the hash
-- include: read
    job = job_of({id = id, key = key})
  end
  ended[#ended + 1] = id
  events[#events + 1] = event_of('succeeded', id, job, epoch_of(v[2]), v[5], v[3], v[4], nil, result)
  return 'ok', v[4]
end

-- Settle all items of the call, which are one worker's. Returns the answer for each.
local function complete_all(first)
  local answers, of = {}, nil
  for i = 1, ITEMS do
    local at = first + 2 * i - 2
    local answer, worker = complete(KEYS[i], ARGV[at], ARGV[at + 1])
    answers[i] = answer
    if worker and worker ~= of and of then
      let_go(worker, {ended[#ended]}) -- of another, all the same
    end
    of = of or worker
  end
  if #ended > 0 then
    let_go(of, ended)
    redis.call('ZREM', P .. 'leases', unpack(ended))
  end
  return answers
end
