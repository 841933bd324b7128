/** What others do to a task while it waits or runs. */
export const cancelMain = String.raw`
local function cancel(wish)
  local row = find(wish.id)
  if not row then return { 'missing' } end
  if isEnded(row) then return { 'ended', view(row) } end
  if row.state ~= 'NEW' and row.cancel then return { 'requested', view(row) } end
  local reason = blob(wish.reason)
  if row.state == 'NEW' then
    row.cancel = { reason = reason, why = wish.why }
    finish(row, { state = 'CANCELED', reason = reason, why = wish.why, error = texts[row][ERROR] })
    return { 'canceled', view(row) }
  end
  note(row, wish.text)
  row.cancel = { reason = reason, why = wish.why }
  touch(row)
  order(row, 'cancel', wish.message, wish.by)
  tell('updated', row)
  return { 'requested', view(row) }
end

local results = {}
for i, wish in ipairs(asked.orders) do results[i] = cancel(wish) end
return answer(results)
`

export const updateMain = String.raw`
local by = asked.by and ' by ' .. asked.by or ''

local function objection(row)
  if asked.ifVersion and asked.ifVersion ~= row.version then return 'version-mismatch' end
  if isEnded(row) then return 'task-ended' end
  local startable = row.state == 'NEW' and row.gate == 'start'
  local resumable = row.state == 'WAITING' and row.waitingFor == 'action'
  return asked.activate and not startable and not resumable and 'wrong-state'
end

local function setPriority(row)
  note(row, 'priority ' .. asked.priority)
  if row.state == 'NEW' then withdraw(row) end
  row.priority = asked.priority
  touch(row)
  if row.state == 'NEW' then admit(row) end
end

local function activate(row)
  if row.state == 'NEW' then
    note(row, 'started' .. by)
    withdraw(row)
    row.held = nil
    admit(row)
  else
    note(row, 'ACTIVE: resumed' .. by)
    setState(row, 'ACTIVE')
    row.waitingFor = nil
    order(row, 'resume')
  end
  touch(row)
end

local function endFromOutside(row)
  if row.state ~= 'NEW' then
    order(row, 'superseded', asked.finish.message, asked.by)
    keepGhost(row)
    row.hold = 'lost'
  end
  finish(row, {
    state = asked.finish.state,
    reason = blob(asked.finish.reason),
    why = asked.finish.why,
    result = blob(asked.finish.result),
    error = texts[row][ERROR],
  })
end

local row = find(asked.id)
if not row then return answer({ 'task-not-found' }) end
local code = objection(row)
if code then return answer({ code, view(row) }) end
local version = row.version
if asked.priority and asked.priority ~= row.priority then setPriority(row) end
if asked.activate then activate(row) end
if asked.finish then
  endFromOutside(row)
elseif row.version ~= version then
  tell('updated', row)
end
return answer({ 'changed', view(row) })
`

export const removeMain = String.raw`
-- The counts of a root say it at once; a branch is looked at task by task.
local function isFinished(branch)
  if not isEnded(branch) then return false end
  if not branch.root then return tonumber(call('HGET', keyOf(branch.id), 'open') or 0) == 0 end
  local list, i = { branch.id }, 1
  while list[i] do
    local row = find(list[i])
    if row and not isEnded(row) then return false end
    if row and row.parent then
      for _, id in ipairs(call('ZRANGE', P .. 'kids:' .. row.id, 0, -1)) do list[#list + 1] = id end
    end
    i = i + 1
  end
  return true
end

local results = {}
for i, id in ipairs(asked.ids) do
  local row = find(id)
  if not row then
    results[i] = 'missing'
  elseif not isFinished(row) then
    results[i] = 'unfinished'
  else
    forget(row)
    results[i] = 'removed'
  end
end
return answer(results)
`
