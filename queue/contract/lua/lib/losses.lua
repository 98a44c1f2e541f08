-- losses: taking a running item from a process that is gone.

-- The second budget: only here an item loses its worker, so only here a poison file shows.
local function lose(item, reason)
  local losses = redis.call('HINCRBY', item.key, 'losses', 1)
  if item.cancel then
    finish(item, 'cancelled', reason)
  elseif losses >= most(item, 'losses') then
    finish(item, 'dead', 'poison')
  else
    emit(item, 'lost', reason)
    end_attempt(item, reason)
    wait(item, 'head')
  end
end

-- Empty the list of a worker that is gone; its leases may still have time left.
local function take_back(worker)
  return drain(worker, function(item) lose(item, 'worker_gone') end)
end
