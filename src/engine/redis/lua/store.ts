/** What it takes to store any new task. */
export const storing = String.raw`
local function duplicate(of, row) return { 1, of, view(row) } end
local function refused(code, message) return { 2, code, message } end

local function isKnown(id) return rows[id] or call('EXISTS', keyOf(id)) == 1 end

local function tooMany(mostQueued)
  if mostQueued and queued >= mostQueued then
    return refused('queue-full', whole(mostQueued) .. ' tasks wait already')
  end
end

local known = {}
local function addToIndexes(row)
  if not known[row.operation] then
    known[row.operation] = true
    call('SADD', P .. 'operations', row.operation)
  end
  put(stateKey('NEW', row.operation), row.seq, row.id)
  if row.tags then
    for _, tag in ipairs(row.tags) do put(P .. 'tag:' .. tag, row.seq, row.id) end
  end
  if row.createdBy then put(P .. 'by:' .. row.createdBy, row.seq, row.id) end
  if row.parentId then put(P .. 'kids:' .. row.parentId, row.seq, row.id) end
end

-- What never changes of a task, complete: the asker does not know its number and its tree.
local function complete(fixed, text)
  fixed.seq = nextTick()
  fixed.created = whole(math.floor(tick / 1024))
  text = string.sub(text, 1, -2) .. ',"seq":"' .. fixed.seq .. '","created":"' .. fixed.created .. '"'
  local parent = fixed.parentId and find(fixed.parentId)
  if parent then
    fixed.root = parent.root or parent.id
    text = text .. ',"root":' .. cjson.encode(fixed.root)
  end
  return text .. '}'
end

local function newRow(fixed, text, args)
  text = complete(fixed, text)
  local row = rowFrom(fixed, { state = 'NEW', version = 1, attempt = 0, modified = fixed.created })
  queued = queued + 1
  rows[row.id] = row
  texts[row] = { '', text, row.big and '' or args, '', '', '', '', '' }
  unsaved[row] = { 'f', text, row.big and 'D' or 'd', args }
  return row
end
`

/**
 * Stores plain drafts, which belong to nothing and wait for nothing. Most are, and what such a script need not declare
 * is a good part of what it costs.
 */
export const insertPlainMain = String.raw`
local function insertPlain(text, args, mostQueued)
  local fixed = cjson.decode(text)
  if isKnown(fixed.id) then return duplicate('id', find(fixed.id)) end
  local refusal = tooMany(mostQueued)
  if refusal then return refusal end
  local row = newRow(fixed, text, args)
  addToIndexes(row)
  enqueue(row.operation, row.line or '', scoreOf(row), memberOf(row))
  claimable(row.operation)
  tell('created', row)
  return { 0, view(row) }
end

local results = {}
for i = 1, asked.count do results[i] = insertPlain(blob(2 * i - 1), blob(2 * i), asked.mostQueued) end
return answer(results)
`
