#!lua flags=allow-oom
-- resume: undo the pause of the same scope.
--
-- KEYS[1]  ready   KEYS[2]  generation
--          also touched: paused, queue:*, fed, conf
-- ARGV[1]  prefix   ARGV[2]  scope: "high", "normal", "low" or "*"
--
-- Returns "ok". Calling it twice is the same as calling it once. The set keeps a member that is no
-- scope: without one there would be no set, as when Redis has lost it, and the reconciler would pause
-- again what SQL remembers.
-- Vectors: contract/vectors/resume.json
-- include: names clock feed

local NO_SCOPE = '.'
redis.call('SREM', P .. 'paused', ARGV[2])
redis.call('SADD', P .. 'paused', NO_SCOPE)
feed()
return 'ok'
