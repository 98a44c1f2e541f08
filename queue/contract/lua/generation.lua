#!lua flags=allow-oom
-- generation: give this Redis content its identity, unless somebody else did.
--
-- KEYS[1]  ready   KEYS[2]  generation
-- ARGV[1]  prefix   ARGV[2]  old: the generation SQL knew   ARGV[3]  new: the one it knows now
--
-- Returns "ok" when it was old, missing, or new already; "other" otherwise (nothing is written).
-- A script, because a plain SET is refused when the server is full.
-- Vectors: contract/vectors/generation.json

local current = redis.call('GET', KEYS[2])
if current and current ~= ARGV[2] and current ~= ARGV[3] then
  return 'other'
end
redis.call('SET', KEYS[2], ARGV[3])
return 'ok'
