-- turns: in which order priorities are served.

local TURNS = {'high', 'high', 'normal', 'high', 'high', 'normal', 'high', 'high', 'normal', 'low'}
