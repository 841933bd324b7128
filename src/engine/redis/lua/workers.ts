/**
 * Workers: `workers` has what each said of itself, `modes` what was asked of it, `alive` until when it counts as alive. Who
 * is alive with which operations decides how waiting tasks are shown, so a change of that has a new number of settings.
 */
export const working = String.raw`
local FORGOTTEN_AFTER = 3600000

local function forgetWorker(id)
  call('HDEL', P .. 'workers', id)
  call('HDEL', P .. 'beats', id)
  call('HDEL', P .. 'modes', id)
  call('ZREM', P .. 'alive', id)
end

local function isAlive(id)
  local till = call('ZSCORE', P .. 'alive', id)
  return till and tonumber(till) > now
end

local function workerView(id)
  return {
    id,
    call('HGET', P .. 'workers', id),
    call('HGET', P .. 'beats', id),
    call('HGET', P .. 'modes', id) or 'running',
  }
end
`

export const announceMain = String.raw`
for _, id in ipairs(call('ZRANGEBYSCORE', P .. 'alive', '-inf', now - FORGOTTEN_AFTER)) do forgetWorker(id) end
local id = asked.id
-- Its runs and its sign of life change all the time, and nothing of how tasks are shown.
if call('HGET', P .. 'workers', id) ~= blob(1) or not isAlive(id) then changeSettings() end
call('HSET', P .. 'workers', id, blob(1))
call('HSET', META, 'announced', 1)
call('HSET', P .. 'beats', id, cjson.encode({ running = asked.running, heartbeatAt = now }))
call('ZADD', P .. 'alive', now + asked.ttl, id)
return answer(call('HGET', P .. 'modes', id) or 'running')
`

export const dismissMain = String.raw`
if isAlive(asked.id) then changeSettings() end
forgetWorker(asked.id)
return answer(true)
`

/** All that the showing of tasks needs: paused operations, whether any worker was ever announced, and those alive. */
export const settingsMain = String.raw`
local list, till = {}, -1
for _, id in ipairs(call('ZRANGEBYSCORE', P .. 'alive', '(' .. whole(now), '+inf')) do
  list[#list + 1] = workerView(id)
end
local first = call('ZRANGEBYSCORE', P .. 'alive', '(' .. whole(now), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
if first[2] then till = tonumber(first[2]) - now end
local announced = call('HEXISTS', META, 'announced')
return { settings, 0, -1, '', { call('HKEYS', P .. 'paused'), announced, till, list } }
`

export const setWorkerMain = String.raw`
local id = asked.id
if not isAlive(id) then return answer(false) end
if (call('HGET', P .. 'modes', id) or 'running') ~= asked.mode then changeSettings() end
call('HSET', P .. 'modes', id, asked.mode)
orders[id] = { cjson.encode({ mode = asked.mode }) }
return answer(workerView(id))
`

/** What was ordered of the runs of a worker, and of itself, since it asked last. */
export const inboxMain = String.raw`
local key = P .. 'inbox:' .. asked.worker
local list = call('LRANGE', key, 0, -1)
call('DEL', key)
return { settings, 0, -1, '', list }
`
