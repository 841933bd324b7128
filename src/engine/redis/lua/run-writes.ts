/** What runs write: each write is refused (false) unless its lease still holds the task. */
export const amendMain = String.raw`
local function amend(change)
  local row = holder(change.id, change.lease)
  if not row then return false end
  if change.seq <= (row.amended or 0) then return view(row) end
  row.amended = change.seq
  if change.output then append(row, change.output) end
  if not change.state and not change.message and not change.progress then
    save(row)
    return view(row)
  end
  if change.message or (change.state and change.state ~= row.state) then note(row, change.text) end
  if change.state then
    if change.state ~= row.state then setState(row, change.state) end
    row.waitingFor = change.state == 'WAITING' and change.waitingFor or nil
  end
  if change.progress then
    write(row, PROGRESS, blob(change.progress))
    row.progressed = now
  end
  touch(row)
  tell('updated', row)
  return view(row)
end

local results = {}
for i, change in ipairs(asked.changes) do results[i] = amend(change) end
return answer(results)
`

/** A settlement is a list: names would cost as much again. The rest has what most have not. */
export const settleMain = String.raw`
local ID, LEASE, KIND, WHAT, WHY, REASON_AT, REST = 1, 2, 3, 4, 5, 6, 7

-- The run goes on after its task's end, or it is said to be gone and still holds its task; else its key is free.
local function freeWhatItKept(settlement, row, rest)
  if settlement[KIND] == 'gone' then
    if not row then bury(settlement[LEASE]) end
  elseif rest.stillRunning then
    if row then keepGhost(row) end
  elseif not row then
    bury(settlement[LEASE])
  elseif row.key then
    freeKey(row.key, row.lease)
  end
end

local function leave(row, settlement, rest)
  local kind, reason, why = settlement[KIND], blob(settlement[REASON_AT]), settlement[WHY]
  local error = blob(rest.error) or ''
  if kind == 'end' then
    local state = settlement[WHAT]
    return finish(row, { state = state, reason = reason, why = why, error = error, result = blob(rest.result) })
  end
  if kind == 'release' then error = texts[row][ERROR] end
  if row.cancel then
    return finish(row, { state = 'CANCELED', reason = row.cancel.reason, why = row.cancel.why, error = error })
  end
  putBack(row, settlement[WHAT], reason, why, error, kind == 'release')
end

local NOTHING = {}
local function settle(settlement)
  local rest = settlement[REST] or NOTHING
  local row = holder(settlement[ID], settlement[LEASE])
  freeWhatItKept(settlement, row, rest)
  if settlement[KIND] == 'gone' then return false end
  if not row then
    -- The task, where this very settlement was stored already.
    local settled = find(settlement[ID])
    return settled and settled.hold == 'settled' and settled.lease == settlement[LEASE] and view(settled)
  end
  row.hold = 'settled'
  if rest.output then append(row, rest.output) end
  if rest.progress then
    write(row, PROGRESS, blob(rest.progress))
    row.progressed = now
  end
  leave(row, settlement, rest)
  return view(row)
end

local results = {}
for i, settlement in ipairs(asked.ends) do results[i] = settle(settlement) end
return answer(results)
`

/** Prolongs what is still held, and what a run keeps that outlived its task. Changes no record. */
export const renewMain = String.raw`
local function renew(claim)
  local row = holder(claim.id, claim.lease)
  if not row then
    prolong(claim, asked.lease)
    return 'lost'
  end
  local holds = dueOf(claim.id)
  if holds then
    if holds <= now then return 'lost' end
    put(DUE, now + asked.lease, claim.id)
  end
  return row.cancel and 'cancel' or 'held'
end

local results = {}
for i, claim in ipairs(asked.claims) do results[i] = renew(claim) end
flush()
return { settings, 0, -1, '', results }
`
