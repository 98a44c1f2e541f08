#!lua flags=allow-oom
-- refuse: move events that SQL refused from the right end of results to results:bad.
--
-- KEYS[1]  ready   KEYS[2]  generation
--          also touched: results, results:bad
-- ARGV[1]  prefix   ARGV[2]  n: how many   ARGV[3]  last: the n-th from the right, as read
-- ARGV[4]  first: the rightmost, as read   ARGV[5]  error: what SQL said, without any value
--
-- Returns "ok"; "moved" when the list is not as it was read (nothing is written). Each element of
-- results:bad is {"at", "error", "event"}, the event as the text it was. A second call answers
-- "moved".
-- Vectors: contract/vectors/refuse.json
-- include: names clock

local results, n = P .. 'results', tonumber(ARGV[2])
if redis.call('LINDEX', results, -n) ~= ARGV[3] or redis.call('LINDEX', results, -1) ~= ARGV[4] then
  return 'moved'
end
for _ = 1, n do
  local event = redis.call('RPOP', results)
  redis.call('LPUSH', P .. 'results:bad', cjson.encode({at = NOW, error = ARGV[5], event = event}))
end
return 'ok'
