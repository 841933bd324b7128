import { EXPIRED, INTERRUPTED } from '../../shared/reasons.ts'

/** Does what is due, so much at most, and answers in how long to be called again. */
export const sweepMain = String.raw`
local EXPIRED = ending('FAILED', '${EXPIRED.code}', '${EXPIRED.message}')
local INTERRUPTED = ending('FAILED', '${INTERRUPTED.code}', '${INTERRUPTED.message}')

local function startOrExpire(row)
  if row.expiresAt and row.expiresAt <= now then
    EXPIRED.error = texts[row][ERROR]
    return finish(row, EXPIRED)
  end
  withdraw(row)
  admit(row)
  touch(row)
  tell('updated', row)
end

local function interrupt(row)
  if row.key then freeKey(row.key, row.lease) end
  order(row, 'lost')
  row.hold = 'lost'
  local error = texts[row][ERROR]
  row.interrupted = (row.interrupted or 0) + 1
  if row.cancel then
    finish(row, { state = 'CANCELED', reason = row.cancel.reason, why = row.cancel.why, error = error })
  elseif row.patience and row.interrupted > row.patience then
    INTERRUPTED.error = error
    finish(row, INTERRUPTED)
  else
    putBack(row, 0, INTERRUPTED.reason, INTERRUPTED.why, error)
  end
end

-- What ended first goes first, as far as nothing refers to it. The rest of a large tree goes before others are looked at.
local function trim()
  if not isOverfull() then return end
  flush()
  walk({ { sets = endSets(allOperations(), ENDED) } }, '(' .. (trimmed == '' and '0' or trimmed), '+inf', true, function(id, at)
    if budget <= 0 or unfinished or not isOverfull() then return false end
    budget = budget - 1
    trimmed, spared = at, spared + 1
    local row = find(id)
    if row and not row.root then
      -- It does not wait for its own time any more, but for those that keep it.
      clearDue(id)
      purge(row)
    end
    return true
  end)
end

local function doDue(id)
  if string.sub(id, 1, 1) == '\n' then return bury(string.sub(id, 2)) end
  local row = find(id)
  if not row then return clearDue(id) end
  if row.state == 'NEW' then return startOrExpire(row) end
  if not isEnded(row) then return interrupt(row) end
  clearDue(id)
  purge(row)
end

tellLate()
forgetDoomed()
for _, id in ipairs(call('ZRANGEBYSCORE', DUE, '-inf', now, 'LIMIT', 0, 200)) do
  if budget <= 0 then break end
  budget = budget - 1
  doDue(id)
end
trim()
flush()
local first = call('ZRANGE', DUE, 0, 0, 'WITHSCORES')
local next = first[2] and math.max(0, tonumber(first[2]) - now) or -1
if isOverfull() then next = 0 end
return answer(next)
`

/** What is left over of a step. */
export const restMain = String.raw`
tellLate()
forgetDoomed()
return answer(0)
`
