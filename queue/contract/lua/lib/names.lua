-- names: the prefix and the priorities.
--
-- Key names are the prefix and the name in queue/README.md, never anything else.

local P = ARGV[1]
local PRIORITIES = {'high', 'normal', 'low'}
