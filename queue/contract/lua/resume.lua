#!lua flags=allow-oom
-- resume: undo the pause of the same scope.
--
-- KEYS[1]  ready   KEYS[2]  generation
--          also touched: paused, queue:*, fed, conf
-- ARGV[1]  prefix   ARGV[2]  scope: "high", "normal", "low" or "*"
--
-- Returns "ok". Calling it twice is the same as calling it once.
-- Vectors: contract/vectors/resume.json
-- include: names feed

redis.call('SREM', P .. 'paused', ARGV[2])
feed()
return 'ok'
