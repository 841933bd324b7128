/**
 * What may be claimed: an ordered set per operation. The score is the order of `createdAt - priority * ageing`; where
 * nothing ages, a step of priority counts for centuries. Members begin with the tick of the creation, which orders those of the
 * same score.
 *
 * Tasks with tags have a set of their own, and another one per set of tags (a `line`), so that a worker that takes some
 * tags only finds its tasks without looking at the others.
 */
export const ready = String.raw`
AGEING = AGEING or 8e12

local function scoreOf(row)
  if row.priority == 0 then return row.created end
  return row.created - row.priority * AGEING
end
local function memberOf(row) return row.seq .. row.id end
local function idOf(member) return string.sub(member, 17) end

local paused = {}
local function isPaused(operation)
  if paused[operation] == nil then paused[operation] = call('HGET', P .. 'paused', operation) end
  return paused[operation]
end

local function claimable(operation)
  if not woken and not isPaused(operation) then woken = true end
end

local function readyKey(operation) return stateKey('ready', operation) end

local function enqueue(operation, line, score, member)
  if line == '' then
    put(readyKey(operation), score, member)
  else
    call('ZADD', P .. 'tagged:' .. operation, score, member)
    call('ZADD', P .. 'line:' .. operation .. '\n' .. line, score, member)
    call('SADD', P .. 'lines:' .. operation, line)
  end
end

local function dequeue(operation, line, member)
  if line == '' then
    drop(readyKey(operation), member)
  else
    call('ZREM', P .. 'tagged:' .. operation, member)
    call('ZREM', P .. 'line:' .. operation .. '\n' .. line, member)
    if call('EXISTS', P .. 'line:' .. operation .. '\n' .. line) == 0 then
      call('SREM', P .. 'lines:' .. operation, line)
    end
  end
end

local function hasReady(operation)
  return call('EXISTS', readyKey(operation), P .. 'tagged:' .. operation) > 0
end

-- There is room for one more run of an operation: tell of it where a claim had to leave tasks for want of it.
local wasCapped = {}
local function roomier(operation)
  if woken then return end
  if wasCapped[operation] == nil then wasCapped[operation] = call('SREM', P .. 'capped', operation) == 1 end
  if wasCapped[operation] and hasReady(operation) then claimable(operation) end
end
`
