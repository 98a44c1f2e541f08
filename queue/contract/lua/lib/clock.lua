-- clock: the Redis server's time, in milliseconds: the clocks of the callers do not matter.

local clock = redis.call('TIME')
local NOW = clock[1] * 1000 + math.floor(clock[2] / 1000)

-- The same as text: printing a number of Lua costs as much as a command.
local NOW_TEXT = clock[1] .. string.sub('00000' .. clock[2], -6, -4)
