/**
 * At most one run at a time per concurrency key. A key is held by a lease, so it outlives its task's end while the run
 * goes on. The tasks that want a key and need nothing else wait in lines, one for each operation and set of tags, because
 * one that cannot be claimed now must not keep the key from the others. While the key is free, the head of each line is
 * among those that may be claimed.
 *
 * `heads:<key>` has a field for each line: its head while that may be claimed, else ''.
 */
export const keys = String.raw`
local function waitOf(key, place) return P .. 'wait:' .. place .. '\n' .. key end
local function placeOf(row) return row.operation .. '\n' .. (row.line or '') end

-- Sees to it that the first of the line, and no other, may be claimed while the key is free.
local function lookAtLine(key, place, isHeld, head)
  local first = isHeld and {} or call('ZRANGE', waitOf(key, place), 0, 0, 'WITHSCORES')
  if (first[1] or '') == head then return end
  local operation, line = string.match(place, '^([^\n]*)\n(.*)$')
  if head ~= '' then dequeue(operation, line, head) end
  call('HSET', P .. 'heads:' .. key, place, first[1] or '')
  if first[1] then
    enqueue(operation, line, first[2], first[1])
    claimable(operation)
  end
end

local function lookAtLines(key, isHeld)
  local heads = call('HGETALL', P .. 'heads:' .. key)
  for i = 1, #heads, 2 do lookAtLine(key, heads[i], isHeld, heads[i + 1]) end
end

local function isKeyHeld(key) return call('HEXISTS', P .. 'locks', key) == 1 end

-- The row waits for its key from now on, or may be claimed at once.
local function join(row)
  local place = placeOf(row)
  call('ZADD', waitOf(row.key, place), scoreOf(row), memberOf(row))
  local head = call('HGET', P .. 'heads:' .. row.key, place) or ''
  if head == '' then call('HSET', P .. 'heads:' .. row.key, place, '') end
  lookAtLine(row.key, place, isKeyHeld(row.key), head)
end

local function leave(row)
  local place, heads = placeOf(row), P .. 'heads:' .. row.key
  call('ZREM', waitOf(row.key, place), memberOf(row))
  lookAtLine(row.key, place, isKeyHeld(row.key), call('HGET', heads, place) or '')
  if call('EXISTS', waitOf(row.key, place)) == 0 then call('HDEL', heads, place) end
end

local function takeKey(key, lease)
  call('HSET', P .. 'locks', key, lease)
  lookAtLines(key, true)
end

local function freeKey(key, lease)
  if call('HGET', P .. 'locks', key) ~= lease then return end
  call('HDEL', P .. 'locks', key)
  lookAtLines(key, false)
end
`

/**
 * Runs that go on although their task has ended (abandoned, superseded) are ghosts: they keep their key, and their place
 * under the operation's limit, until they are said to be gone or their lease is no longer renewed.
 */
export const ghosts = String.raw`
-- Among what is due, a line break tells a lease from the id of a task.
local function ghostOf(lease) return '\n' .. lease end

-- Before the task's due is overwritten: that is how long the lease holds.
local function keepGhost(row)
  local holds = dueOf(row.id)
  call('HSET', P .. 'ghosts', row.lease, cjson.encode({ id = row.id, operation = row.operation, key = row.key }))
  call('HINCRBY', P .. 'haunted', row.operation, 1)
  if holds then
    setDue(ghostOf(row.lease), holds)
  end
end

-- A ghost without a lease needs no renewal; one whose lease ran out is about to go.
local function prolong(claim, by)
  local kept = call('HGET', P .. 'ghosts', claim.lease)
  if not kept or cjson.decode(kept).id ~= claim.id then return end
  local holds = dueOf(ghostOf(claim.lease))
  if holds and holds > now then put(DUE, now + by, ghostOf(claim.lease)) end
end

-- The run under this lease has stopped, if it is a ghost.
local function bury(lease)
  local kept = call('HGET', P .. 'ghosts', lease)
  if not kept then return end
  local ghost = cjson.decode(kept)
  call('HDEL', P .. 'ghosts', lease)
  clearDue(ghostOf(lease))
  if call('HINCRBY', P .. 'haunted', ghost.operation, -1) == 0 then call('HDEL', P .. 'haunted', ghost.operation) end
  if ghost.key then freeKey(ghost.key, lease) end
  roomier(ghost.operation)
end
`
