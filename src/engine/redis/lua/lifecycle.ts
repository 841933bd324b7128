import { MOST_IN_EVENT } from '../drafts.ts'

/**
 * The few ways in which a task changes its state, as in the memory engine: every script decides which of them to take.
 */
export const lifecycle = String.raw`
local function setState(row, state)
  local before = row.state
  drop(stateKey(before, row.operation), row.id)
  put(stateKey(state, row.operation), row.seq, row.id)
  row.state = state
  if before == 'NEW' then queued = queued - 1 elseif state == 'NEW' then queued = queued + 1 end
  if before == 'ACTIVE' then roomier(row.operation) end
end

local function gateOf(row)
  if row.held then return 'start' end
  if (row.pending or 0) > 0 then return 'dependency' end
  if row.notBefore and row.notBefore > now then return 'time' end
  return nil
end

-- Sets a NEW row before the gate it has to wait at, or among those that may be claimed.
local function admit(row)
  row.gate = gateOf(row)
  if not row.gate then
    if row.key then
      join(row)
    else
      enqueue(row.operation, row.line or '', scoreOf(row), memberOf(row))
      claimable(row.operation)
    end
  end
  local due = row.expiresAt
  if row.gate == 'time' and (not due or row.notBefore < due) then due = row.notBefore end
  if due then setDue(row.id, due) end
end

-- Takes a NEW row away from wherever it waits.
local function withdraw(row)
  if not row.gate or row.gate == 'key' then
    if row.key then leave(row) else dequeue(row.operation, row.line or '', memberOf(row)) end
  end
  row.gate = nil
  if row.expiresAt or row.notBefore then clearDue(row.id) end
end

-- NEW to ACTIVE, in the hands of a new lease.
local function start(row, lease, holdFor)
  -- Before it leaves the line, so that no other comes forward for a key that is not free.
  if row.key then takeKey(row.key, lease) end
  withdraw(row)
  if hasHistory(row) then
    note(row, row.attempt == 0 and 'ACTIVE' or 'ACTIVE, attempt ' .. whole(row.attempt + 1))
  end
  setState(row, 'ACTIVE')
  row.attempt = row.attempt + 1
  row.started = nowText
  row.lease = lease
  row.hold = 'held'
  row.expiresAt, row.notBefore, row.amended = nil, nil, nil
  touch(row)
  if holdFor then setDue(row.id, now + holdFor) end
  tell('updated', row)
end

-- The row that a lease still holds; false where it does not.
local function holder(id, lease)
  local row = find(id)
  return row and row.hold == 'held' and row.lease == lease and row
end

-- ACTIVE or WAITING back to NEW, to be claimed again after a delay. The error is a text, '' for none.
local function putBack(row, delay, reason, why, error, isUncounted)
  -- The messages until now still tell of the attempt as it was.
  note(row, 'NEW: ' .. why)
  if isUncounted then row.attempt = row.attempt - 1 end
  setState(row, 'NEW')
  clearDue(row.id)
  row.waitingFor, row.worker = nil, nil
  row.notBefore = delay > 0 and now + delay or nil
  write(row, ERROR, error)
  write(row, REASON, reason)
  touch(row)
  admit(row)
  tell('updated', row)
end

local function isSuccess(row) return row.state == 'SUCCEEDED' or row.state == 'SKIPPED' end

-- How an ending reads: its reason as JSON, and as it stands in the messages.
local function ending(state, code, message)
  return { state = state, reason = cjson.encode({ code = code, message = message }), why = message }
end

local function dependencyFailed(on)
  return ending('CANCELED', 'dependency', 'task ' .. on.id .. ', which it comes after, is ' .. on.state)
end

local function endOne(row, how)
  if row.state == 'NEW' then withdraw(row) end
  if hasHistory(row) then note(row, how.state .. ': ' .. how.why) end
  setState(row, how.state)
  row.place = nextTick()
  put(endKey(row.state, row.operation), row.place, row.id)
  ended = ended + 1
  if isOverfull() then soon(now) end
  row.ended = nowText
  row.waitingFor, row.held, row.worker = nil, nil, nil
  write(row, REASON, how.reason)
  write(row, ERROR, how.error or '')
  if how.result and #how.result > ${MOST_IN_EVENT} then
    row.bigResult = true
    call('HSET', keyOf(row.id), 'R', how.result)
  else
    write(row, RESULT, how.result or '')
  end
  touch(row)
  if row.dedup then call('HDEL', P .. 'dedup', row.operation .. '\n' .. row.dedup) end
  local after = row.after
  row.after = nil
  tell('updated', row)
  schedulePurge(row, after)
end

-- What waits for this one comes nearer to its start, or ends.
local function tellDependent(dependent, on, ended, list)
  if on == 's' and not isSuccess(ended) then
    endOne(dependent, dependencyFailed(ended))
    list[#list + 1] = dependent
    return
  end
  dependent.pending = dependent.pending - 1
  if dependent.pending > 0 or dependent.gate ~= 'dependency' then return save(dependent) end
  withdraw(dependent)
  admit(dependent)
  touch(dependent)
  tell('updated', dependent)
end

-- Adds those dependents to the list that end with this one; answers false where not all of them could be told.
local function tellDependents(ended, list)
  while budget > 0 do
    local entry = call('LPOP', P .. 'awaits:' .. ended.id)
    if not entry then return true end
    budget = budget - 1
    local dependent = find(string.sub(entry, 2))
    if dependent and not isEnded(dependent) then tellDependent(dependent, string.sub(entry, 1, 1), ended, list) end
  end
  return false
end

-- Ended tasks, by id and state, and with each of them whatever cannot start any more for that.
local function tellAll(list)
  local i = 1
  while list[i] do
    if list[i].awaited and not tellDependents(list[i], list) then
      for j = i, #list do
        if list[j].awaited then call('RPUSH', P .. 'late', list[j].state .. ' ' .. list[j].id) end
      end
      return goOnLater()
    end
    i = i + 1
  end
end

local function tellLate()
  while budget > 0 do
    local entry = call('LPOP', P .. 'late')
    if not entry then return end
    local state, id = string.match(entry, '^(%u+) (.*)$')
    tellAll({ { id = id, state = state, awaited = true } })
  end
  if call('EXISTS', P .. 'late') == 1 then goOnLater() end
end

-- Any unfinished state to an ended one.
local function finish(row, how)
  endOne(row, how)
  tellAll({ row })
end

-- Tells the worker that runs the task.
local function order(row, kind, message, by)
  if not row.worker then return end
  local list = orders[row.worker]
  if not list then
    list = {}
    orders[row.worker] = list
  end
  list[#list + 1] = cjson.encode({ id = row.id, lease = row.lease, kind = kind, message = message, by = by })
end
`
