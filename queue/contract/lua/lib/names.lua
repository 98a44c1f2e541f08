-- names: the prefix, the server's clock and the priorities.
--
-- Key names are the prefix and the name in queue/README.md, never anything else. Time is the
-- Redis server's, in milliseconds: the clocks of the callers do not matter.

local P = ARGV[1]
local clock = redis.call('TIME')
local NOW = clock[1] * 1000 + math.floor(clock[2] / 1000)
local PRIORITIES = {'high', 'normal', 'low'}
