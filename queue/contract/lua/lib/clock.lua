-- clock: the Redis server's time, in milliseconds: the clocks of the callers do not matter.

local clock = redis.call('TIME')

-- As text too: printing a number of Lua costs as much as a command.
local NOW_TEXT = clock[1] .. string.sub(#clock[2] == 6 and clock[2] or '00000' .. clock[2], -6, -4)
local NOW = tonumber(NOW_TEXT)
