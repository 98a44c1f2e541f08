#!lua flags=allow-oom
-- pause: hand out nothing more of a priority, or of all. What runs goes on.
--
-- KEYS[1]  ready   KEYS[2]  generation
--          also touched: paused
-- ARGV[1]  prefix   ARGV[2]  scope: "high", "normal", "low" or "*"
--
-- Returns "ok". Calling it twice is the same as calling it once.
-- Vectors: contract/vectors/pause.json
-- include: names

redis.call('SADD', P .. 'paused', ARGV[2])
return 'ok'
