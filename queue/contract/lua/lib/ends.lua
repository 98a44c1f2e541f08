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

-- The job of an item that was claimed by a script which did not write it into the hash.
local function read_job(item)
-- include: read
  return job_of(item)
end

local of_worker = {}

local function complete(id, key, claim, result)
  local v = redis.call('HMGET', key, 'state', 'epoch', 'claim', 'worker', 'deliveries', 'reason', 'job')
  if not current(v[1], v[3], claim) then
    return v[1] == 'succeeded' and v[3] == claim and 'again' or 'stale'
  end
  redis.call('HSET', key, 'state', 'succeeded', 'result', result)
  if v[6] then
    redis.call('HDEL', key, 'reason')
  end
  ended[#ended + 1] = id
  local ids = of_worker[v[4]]
  if ids then
    ids[#ids + 1] = id
  else
    of_worker[v[4]] = {id}
  end
  local job = v[7] ~= '' and v[7] or read_job({id = id, key = key})
  events[#events + 1] = event_of('succeeded', id, job, epoch_of(v[2]), v[5], v[3], v[4], nil, result)
  return 'ok'
end

-- Settle all items of the call. Returns the answer for each.
local function complete_all(first)
  local answers = {}
  for i = 1, ITEMS do
    local at = first + 2 * i - 2
    answers[i] = complete(id_of(KEYS[i]), KEYS[i], ARGV[at], ARGV[at + 1])
  end
  for worker, ids in pairs(of_worker) do
    let_go(worker, ids)
  end
  if #ended > 0 then
    redis.call('ZREM', P .. 'leases', unpack(ended))
  end
  return answers
end
