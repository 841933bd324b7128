/** Stores each draft, or says which task is there already, or why not. The asker hands in what of the row he knows. */
export const inserting = String.raw`
-- What is left of a task that is gone, for as long as its Idempotency-Key is remembered.
local function remains(promise) return promise.row .. '\n' .. promise.fixed .. '\n\n' .. promise.reason .. '\n\n\n\n' end

-- A re-run takes the name of the task that it runs again, or of an earlier re-run of that one.
local function mayReplace(draft, sibling)
  return draft.rerunOf and isEnded(sibling) and (sibling.id == draft.rerunOf or sibling.rerunOf == draft.rerunOf)
end

local function alreadyThere(draft, idempotency)
  if isKnown(draft.id) then return duplicate('id', find(draft.id)) end
  local kept = idempotency and call('GET', P .. 'idem:' .. idempotency.key)
  if kept then
    local promise = cjson.decode(kept)
    if promise.hash ~= idempotency.hash then
      return refused('idempotency-mismatch', 'the Idempotency-Key was used with another creation')
    end
    local made = find(promise.id)
    if made then return duplicate('idempotency', made) end
    if promise.row then return { 1, 'idempotency', remains(promise) } end
  end
  local name = draft.parentId and draft.name and call('HGET', P .. 'names:' .. draft.parentId, draft.name)
  local sibling = name and find(name)
  if sibling and not mayReplace(draft, sibling) then return duplicate('name', sibling) end
  local twin = draft.dedup and call('HGET', P .. 'dedup', draft.operation .. '\n' .. draft.dedup)
  return twin and duplicate('dedup', find(twin))
end

-- What is about to be removed with a tree or a branch takes no new members: of those, the head is gone already.
local function isThere(id)
  local row = find(id)
  if row and row.root and call('EXISTS', P .. 'doomed') == 1 then
    while row and row.parentId do row = find(row.parentId) end
  end
  return row
end

local function missing(what, id)
  return refused('unknown-reference', what .. ' refers to task ' .. id .. ', which does not exist')
end

local function refusal(draft, after)
  if draft.parentId and not isThere(draft.parentId) then return missing('parentId', draft.parentId) end
  if after then
    for _, each in ipairs(after) do
      if not isThere(each.id) then return missing('after', each.id) end
    end
  end
end

-- The parent is there: that was looked at before.
local function joinTree(row)
  local parent = find(row.parentId)
  call('HINCRBY', keyOf(row.root), 'open', 1)
  if row.name then call('HSET', P .. 'names:' .. parent.id, row.name, row.id) end
  if not parent.parent then
    parent.parent = true
    save(parent)
  end
end

-- Ties the row to the tasks that it comes after; answers one of them that makes it hopeless already.
local function awaitOthers(row, after)
  local failed, pending = nil, 0
  row.after = {}
  for i, each in ipairs(after) do
    local other = find(each.id)
    row.after[i] = other.root or other.id
    call('HINCRBY', keyOf(row.after[i]), 'refs', 1)
    if not isEnded(other) then
      pending = pending + 1
      call('RPUSH', P .. 'awaits:' .. other.id, (each.on == 'success' and 's' or 'e') .. row.id)
      if not other.awaited then
        other.awaited = true
        save(other)
      end
    elseif each.on == 'success' and not isSuccess(other) then
      failed = other
    end
  end
  if pending > 0 then row.pending = pending end
  return failed
end

local function promise(row, idempotency)
  local kept = cjson.encode({ hash = idempotency.hash, id = row.id })
  call('SET', P .. 'idem:' .. row.idem, kept, 'PX', math.max(1, idempotency.keep))
end

local function create(fixed, text, args, extra)
  local row = newRow(fixed, text, args)
  row.held = extra.held
  row.notBefore = extra.delay and now + extra.delay
  row.expiresAt = extra.ttl and now + extra.ttl
  addToIndexes(row)
  if row.root then joinTree(row) end
  if row.dedup then call('HSET', P .. 'dedup', row.operation .. '\n' .. row.dedup, row.id) end
  if row.idem then promise(row, extra.idempotency) end
  local failed = extra.after and awaitOthers(row, extra.after)
  admit(row)
  tell('created', row)
  if failed then finish(row, dependencyFailed(failed)) end
  return { 0, view(row) }
end

local NOTHING = {}
-- A draft is its fixed part, as JSON, what never changes and no script looks into, and what only its creation needs.
local function insert(text, args, extra, mostQueued)
  local fixed = cjson.decode(text)
  extra = extra or NOTHING
  return alreadyThere(fixed, extra.idempotency)
    or tooMany(mostQueued)
    or refusal(fixed, extra.after)
    or create(fixed, text, args, extra)
end
`

export const insertMain = String.raw`
local results = {}
for i = 1, asked.count do
  results[i] = insert(blob(2 * i - 1), blob(2 * i), asked.extras[tostring(i)], asked.mostQueued)
end
return answer(results)
`
