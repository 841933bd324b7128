/**
 * How long ended tasks are kept. A tree is kept and goes as one: only its root has a time to go, and only when all of it
 * has ended. A task that an unfinished one comes after stays until that one has ended too.
 *
 * The record of a root counts both, so that nobody has to look at a whole tree: `open`, its unfinished descendants, and
 * `refs`, the unfinished tasks that come after a member of the tree. `after` of a row has the roots of what it comes after.
 */
export const retention = String.raw`
-- Ended tasks are looked at in the order of their ends, once, when there are too many: 'trimmed' is the place of the last,
-- 'spared' how many up to that one are still there, because they belong to something that has not ended.
local function isOverfull() return MOST_ENDED and ended - spared > MOST_ENDED end

-- When an ended task may go, as far as time is concerned.
local function timeToGo(row, from) return row.place <= trimmed and now or from + row.retain end

-- The row has ended: when will it, and the tree that it belongs to, go?
local function schedulePurge(row, after)
  if not row.root then
    setDue(row.id, timeToGo(row, now))
  else
    call('HINCRBY', keyOf(row.root), 'open', -1)
    local root = find(row.root)
    clearDue(row.id)
    if root and root.ended then setDue(root.id, timeToGo(root, now)) end
  end
  if not after then return end
  for _, id in ipairs(after) do
    local root = find(id)
    if root then
      call('HINCRBY', keyOf(id), 'refs', -1)
      if root.ended and not dueOf(id) then setDue(id, math.max(now, timeToGo(root, root.ended))) end
    end
  end
end
`

/** For scripts that remove tasks. */
export const removal = String.raw`
-- Removes the record as if it had never been; what it promised to an Idempotency-Key is still remembered.
local function forgetOne(row)
  local id = row.id
  drop(stateKey(row.state, row.operation), id)
  drop(endKey(row.state, row.operation), id)
  if row.tags then
    for _, tag in ipairs(row.tags) do drop(P .. 'tag:' .. tag, id) end
  end
  if row.createdBy then drop(P .. 'by:' .. row.createdBy, id) end
  if row.parentId then
    drop(P .. 'kids:' .. row.parentId, id)
    if row.name and call('HGET', P .. 'names:' .. row.parentId, row.name) == id then
      call('HDEL', P .. 'names:' .. row.parentId, row.name)
    end
  end
  local promise = row.idem and call('GET', P .. 'idem:' .. row.idem)
  if promise then
    local rest = cjson.decode(promise)
    -- After its time, the key may have been given to a newer task.
    if rest.id == id then
      rest.row, rest.fixed, rest.reason = texts[row][1], texts[row][2], texts[row][REASON]
      call('SET', P .. 'idem:' .. row.idem, cjson.encode(rest), 'KEEPTTL')
    end
  end
  local gone = { keyOf(id) }
  if row.wrote then
    gone[2] = P .. 'wrote:' .. id
    for stream in pairs(row.wrote) do gone[#gone + 1] = P .. 'out:' .. stream .. ':' .. id end
  end
  if row.parent then gone[#gone + 1] = P .. 'names:' .. id end
  call('DEL', unpack(gone))
  ended = ended - 1
  if row.place <= trimmed then spared = spared - 1 end
  pushEvent('deleted', row)
  rows[id] = false
end

local function forgetWithKids(row)
  if row.parent then
    local kids = call('ZRANGE', P .. 'kids:' .. row.id, 0, -1)
    for from = 1, #kids, 1000 do call('RPUSH', P .. 'doomed', unpack(kids, from, math.min(from + 999, #kids))) end
  end
  clearDue(row.id)
  forgetOne(row)
  budget = budget - 1
end

local function forgetDoomed()
  while budget > 0 do
    local id = call('LPOP', P .. 'doomed')
    if not id then return end
    local row = find(id)
    if row then forgetWithKids(row) end
  end
  if call('EXISTS', P .. 'doomed') == 1 then goOnLater() end
end

-- Of a tree its root goes at once, so that nothing can be added to it any more, and then the rest.
local function forget(row)
  forgetWithKids(row)
  if row.parent then forgetDoomed() end
end

-- The root's time has come: it goes with its tree, unless something still refers to it.
local function purge(row)
  local counts = call('HMGET', keyOf(row.id), 'open', 'refs')
  if (tonumber(counts[1]) or 0) > 0 or (tonumber(counts[2]) or 0) > 0 then return false end
  forget(row)
  return true
end
`
