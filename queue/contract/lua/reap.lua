#!lua flags=allow-oom
-- reap: take running items from leases that ended and from workers that fell silent.
--
-- KEYS[1]  ready   KEYS[2]  generation
--          also touched: leases, workers, workers:gone, processing:*, item:*, waiting:*, queue:*,
--          results, fed, conf
-- ARGV[1]  prefix
--
-- Returns how many items were taken. A lease that is over (100 a call) or a worker silent for
-- 5 s costs its running items a loss (event `lost`, head of the queue; event `dead`, reason
-- poison, when max_losses is reached); what waited in its list goes back to the head. When the
-- last call is older than 5 s Redis may have been away, and nobody could renew: only the time is
-- noted, and taking starts 6 s later. Any worker may call it at any time.
-- Vectors: contract/vectors/reap.json
-- include: names clock item head read events moves feed workers losses

local SILENT, GRACE, GONE = 5000, 6000, 600000
local conf = P .. 'conf'

local function was_away()
  local last = tonumber(redis.call('HGET', conf, 'reaped_at') or 0)
  redis.call('HSET', conf, 'reaped_at', NOW)
  if NOW - last > SILENT or NOW < last then
    redis.call('HSET', conf, 'reap_from', NOW + GRACE)
  end
  return NOW < tonumber(redis.call('HGET', conf, 'reap_from') or 0)
end

local function reap_leases()
  local count = 0
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'leases', '-inf', NOW, 'LIMIT', 0, 100)) do
    local item = read(id)
    if item and item.state == 'running' then
      lose(item, 'lease_expired')
      count = count + 1
    else
      redis.call('ZREM', P .. 'leases', id)
    end
  end
  return count
end

local function reap_workers()
  local silent = redis.call('ZRANGEBYSCORE', P .. 'workers', '-inf', NOW - SILENT)
  for _, worker in ipairs(silent) do
    retire(worker)
  end
  if #silent > 0 then
    count_slots()
  end
  local count = 0
  for _, worker in ipairs(redis.call('ZRANGE', P .. 'workers:gone', 0, -1)) do
    count = count + take_back(worker)
  end
  redis.call('ZREMRANGEBYSCORE', P .. 'workers:gone', '-inf', NOW - GONE)
  return count
end

if was_away() then
  return 0
end
local count = reap_leases() + reap_workers()
feed()
return count
