#!lua flags=allow-oom
-- cancel: end an item that does not run, flag one that does.
--
-- KEYS[1]  item:<id>   KEYS[2]  ready   KEYS[3]  generation
--          also touched: waiting:*, queue:*, delayed, leases, fed, processing:<worker>, results, conf
-- ARGV[1]  prefix   ARGV[2]  epoch as SQL knows it
--
-- Returns "cancelled" (ended now, with its event), "requested" (running: renew answers "cancel"
-- to its worker) or "ended" (it was terminal, or was dispatched again since: a cancel that comes
-- late, behind a retry, is not one of the retry; nothing is written). An item not here, or here
-- with a lower epoch, becomes a tombstone for 10 min, so that a late enqueue answers "exists".
-- Calling it twice ends the same as calling it once.
-- Vectors: contract/vectors/cancel.json
-- include: names clock item head read events moves feed

local TOMBSTONE_TTL = 600000
local id, epoch = id_of(KEYS[1]), ARGV[2]
local item = read(id)

local function leave_tombstone()
  local msg = item and text_of(item)
  leave(item or {id = id})
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'state', 'cancelled', 'epoch', epoch)
  redis.call('PEXPIRE', KEYS[1], TOMBSTONE_TTL)
  emit({id = id, epoch = epoch, msg = msg}, 'cancelled')
end

if not item or tonumber(item.epoch) < tonumber(epoch) then
  leave_tombstone()
elseif tonumber(item.epoch) > tonumber(epoch) then
  return 'ended'
elseif item.state == 'waiting' or item.state == 'delayed' then
  finish(item, 'cancelled')
elseif item.state == 'running' then
  redis.call('HSET', item.key, 'cancel', 1)
  return 'requested'
else
  return 'ended'
end
feed()
return 'cancelled'
