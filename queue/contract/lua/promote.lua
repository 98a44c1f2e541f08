#!lua flags=allow-oom
-- promote: make delayed items wait whose time has come, at the tail, at most 100 a call.
--
-- KEYS[1]  ready   KEYS[2]  generation
--          also touched: delayed, item:*, waiting:*, queue:*, fed, conf
-- ARGV[1]  prefix
--
-- Returns how many. Any worker may call it at any time.
-- Vectors: contract/vectors/promote.json
-- include: names clock item head read moves feed

local count = 0
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'delayed', '-inf', NOW, 'LIMIT', 0, 100)) do
  redis.call('ZREM', P .. 'delayed', id)
  local item = read(id)
  if item and item.state == 'delayed' then
    wait(item, 'tail')
    count = count + 1
  end
end
feed()
return count
