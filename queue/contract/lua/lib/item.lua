-- item: the items of a call, and the fence.

-- How many of KEYS are items; behind them stand ready and generation.
local ITEMS = #KEYS - 2

local function id_of(key)
  return string.sub(key, #P + #'item:' + 1)
end

-- An epoch as SQL can hold one. A hash that a person wrote has perhaps none, or another: it is
-- older than every dispatch, so that the next one takes its place.
local function epoch_of(text)
  local epoch = tonumber(text)
  return epoch and epoch >= 0 and epoch < 2147483648 and text or '-1'
end

-- The fence: only the current claim of a running item may write.
local function current(state, held_by, claim)
  return state == 'running' and held_by == claim
end
