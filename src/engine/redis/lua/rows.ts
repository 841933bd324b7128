import { MOST_MESSAGES } from '../../../core/task.ts'

/**
 * The record of a task: a hash. Scripts look into two of its fields, `f` with what never changes and `r` with what does;
 * together they are the row. The others are JSON that they pass on as it is. What is large is in `D` (arguments) and
 * `R` (result) instead of `d` and `result`, and only read where it is asked for. In answers and events a record is its
 * fields, a line each: JSON has no line breaks.
 */
export const rows = String.raw`
local D, REASON, RESULT, ERROR, PROGRESS, HISTORY = 3, 4, 5, 6, 7, 8
local FIELDS = { 'r', 'f', 'd', 'reason', 'result', 'error', 'progress', 'history' }
local rows, texts, shown = {}, {}, {}

local function isEnded(row) return row.state ~= 'NEW' and row.state ~= 'ACTIVE' and row.state ~= 'WAITING' end

-- Putting the same names together again and again would cost more than what is done with them.
local keys = {}
local function keyOf(id)
  local key = keys[id]
  if not key then
    key = P .. 't:' .. id
    keys[id] = key
  end
  return key
end
local function stateKey(state, operation)
  local ofState = keys[state]
  if not ofState then
    ofState = {}
    keys[state] = ofState
  end
  local key = ofState[operation]
  if not key then
    key = P .. 's:' .. state .. ':' .. operation
    ofState[operation] = key
  end
  return key
end

local function endKey(state, operation) return stateKey('ended:' .. state, operation) end

-- What is set in a row is saved with it; what is not is looked for in what never changes.
local function rowFrom(fixed, changing)
  fixed.__index = fixed
  return setmetatable(changing, fixed)
end

-- The row of a task, with its texts beside it; false where there is none.
local function find(id)
  local row = rows[id]
  if row == nil then
    local kept = call('HMGET', keyOf(id), 'r', 'f', 'd')
    row = kept[1] and rowFrom(cjson.decode(kept[2]), cjson.decode(kept[1]))
    rows[id] = row
    if row then
      kept[D] = kept[D] or ''
      if row.more then
        local more = call('HMGET', keyOf(id), 'reason', 'result', 'error', 'progress', 'history')
        for i = 1, 5 do kept[i + 3] = more[i] or '' end
      else
        for i = REASON, HISTORY do kept[i] = '' end
      end
      texts[row] = kept
    end
  end
  return row
end

-- A task that waits for its key may be the one whose turn it is.
local function lookAtGate(row)
  if not row.key or row.state ~= 'NEW' or (row.gate and row.gate ~= 'key') then return false end
  local head = call('HGET', P .. 'heads:' .. row.key, row.operation .. '\n' .. (row.line or ''))
  local gate = head ~= row.seq .. row.id and 'key' or nil
  if gate == row.gate then return false end
  row.gate = gate
  return true
end

local function isIn(text, what) return string.find(text, what, 1, true) end

-- The record of a task for reading alone, without looking into it where nothing of it depends on others. Names of fields
-- are found in JSON as they stand, because in a text every quotation mark has a backslash before it.
local view
local function viewOf(id)
  local kept = call('HMGET', keyOf(id), unpack(FIELDS))
  for i = D, HISTORY do kept[i] = kept[i] or '' end
  if isIn(kept[2], '"key":"') or isIn(kept[2], '"big":') or isIn(kept[1], '"bigResult":') then return view(find(id)) end
  return table.concat(kept, '\n')
end

-- All of the record, as answers hand it out.
function view(row)
  local list = texts[row]
  if lookAtGate(row) then
    list[1] = cjson.encode(row)
    shown[row] = nil
  end
  if not row.big and not row.bigResult then
    shown[row] = shown[row] or table.concat(list, '\n')
    return shown[row]
  end
  local args, result = list[D], list[RESULT]
  if row.big then list[D] = call('HGET', keyOf(row.id), 'D') or '' end
  if row.bigResult then list[RESULT] = call('HGET', keyOf(row.id), 'R') or '' end
  local text = table.concat(list, '\n')
  list[D], list[RESULT] = args, result
  return text
end
`

/** For scripts that change records. */
export const changes = String.raw`
local unsaved = {}

local function write(row, field, text)
  if text == texts[row][field] then return end
  texts[row][field] = text
  local list = unsaved[row]
  if not list then
    list = {}
    unsaved[row] = list
  end
  list[#list + 1] = FIELDS[field]
  list[#list + 1] = text
  row.more = true
end

local function save(row)
  lookAtGate(row)
  local text = cjson.encode(row)
  texts[row][1] = text
  shown[row] = nil
  local list = unsaved[row]
  if list then
    unsaved[row] = nil
    call('HSET', keyOf(row.id), 'r', text, unpack(list))
  else
    call('HSET', keyOf(row.id), 'r', text)
  end
end

local DUE = P .. 'due'
-- The next moment of a task: of a NEW one its start or the end of its time to live, of a run the end of its lease, of an
-- ended one (the root of a tree) its purge.
local lastDue, lastDueText
local function setDue(id, at)
  if at ~= lastDue then lastDue, lastDueText = at, whole(at) end
  put(DUE, lastDueText, id)
  soon(at)
end
local function clearDue(id) drop(DUE, id) end
local function dueOf(id)
  local at = sets[DUE] and sets[DUE][id]
  if at == nil then at = call('ZSCORE', DUE, id) end
  return at and tonumber(at)
end

local function pushEvent(kind, row)
  local n = #events
  shown[row] = shown[row] or table.concat(texts[row], '\n')
  events[n + 1], events[n + 2] = kind, shown[row]
end

-- Saves the row, and tells of it as it is now.
local function tell(kind, row)
  save(row)
  pushEvent(kind, row)
end

-- Adds a message. Call it before the change, so that the messages until now still follow from the row.
local function note(row, text)
  local history, list = texts[row][HISTORY], nil
  if history ~= '' then
    list = cjson.decode(history)
  else
    list = { { time = tonumber(row.created), text = row.createdBy and 'created by ' .. row.createdBy or 'created' } }
    if row.started then
      local try = row.attempt == 1 and 'ACTIVE' or 'ACTIVE, attempt ' .. row.attempt
      list[2] = { time = tonumber(row.started), text = try }
    end
  end
  list[#list + 1] = { time = now, text = text }
  while #list > ${MOST_MESSAGES} do table.remove(list, 2) end
  write(row, HISTORY, cjson.encode(list))
end

local function hasHistory(row) return texts[row][HISTORY] ~= '' end

local function touch(row)
  row.version = row.version + 1
  row.modified = nowText
end
`
