-- paused: which priorities rest.

-- What is paused, as a table of true: priorities, or "*" for all.
local function paused_scopes()
  local paused = {}
  for _, scope in ipairs(redis.call('SMEMBERS', P .. 'paused')) do
    paused[scope] = true
  end
  return paused
end

-- What is paused, and whether something is ready: with one command, which counts ready twice.
local function paused_and_ready()
  local found = redis.call('EXISTS', P .. 'paused', P .. 'ready', P .. 'ready')
  return found % 2 == 1 and paused_scopes() or {}, found > 1
end
