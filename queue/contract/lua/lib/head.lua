-- head: what a message says.

-- What a message says, or nil when it is none.
local function decoded(msg)
  local fine, found = pcall(cjson.decode, msg)
  return fine and type(found) == 'table' and found or nil
end

-- Job and priority. A producer writes them at the start of a message, where a pattern finds them
-- for a fraction of what decoding costs; in any other order they are decoded.
local HEAD = '^{"v":1,"item_id":"([0-9a-zA-Z-]+)","job_id":"([0-9a-zA-Z-]+)","kind":"%l+","priority":"(%l+)"[,}]'

local function head_of(id, msg)
  local of, job, priority = string.match(msg, HEAD)
  if of == id then
    return job, priority
  end
end
