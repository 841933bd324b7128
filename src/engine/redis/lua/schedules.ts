/**
 * Schedules: `schedules` has what the engine counts of each, as JSON, `specs` what the manager made of it, a text that
 * nobody here looks into.
 */
export const scheduling = String.raw`
local function schedule(name)
  local kept = call('HGET', P .. 'schedules', name)
  return kept and cjson.decode(kept)
end

local function keep(name, state)
  call('HSET', P .. 'schedules', name, cjson.encode(state))
  news[#news + 1] = 'schedules'
end

local function shown(name, state) return { name, cjson.encode(state), call('HGET', P .. 'specs', name) } end
`

export const schedulesMain = String.raw`
local states, list = call('HGETALL', P .. 'schedules'), {}
for i = 1, #states, 2 do
  list[#list + 1] = { states[i], states[i + 1], call('HGET', P .. 'specs', states[i]) }
end
return { settings, 0, -1, '', list }
`

export const putScheduleMain = String.raw`
local state = schedule(asked.name) or { version = 0, fired = 0, skipped = 0, createdAt = now }
if asked.ifVersion and asked.ifVersion ~= state.version then return answer(false) end
state.version = state.version + 1
state.modifiedAt = now
state.next = asked.next
call('HSET', P .. 'specs', asked.name, blob(1))
keep(asked.name, state)
return answer(shown(asked.name, state))
`

export const removeScheduleMain = String.raw`
local was = call('HDEL', P .. 'schedules', asked.name)
call('HDEL', P .. 'specs', asked.name)
if was == 1 then news[#news + 1] = 'schedules' end
return answer(was)
`

export const fireMain = String.raw`
local name, state = asked.name, schedule(asked.name)
if not state or state.version ~= asked.version or state.next ~= asked.tick then return answer({ 'taken' }) end
state.next = asked.next

local before = state.lastTask and find(state.lastTask)
local unfinished = before and not isEnded(before)
if not asked.id then
  keep(name, state)
  return answer({ 'passed', shown(name, state) })
end
if asked.unlessUnfinished and unfinished then
  state.skipped = state.skipped + 1
  keep(name, state)
  return answer({ 'skipped', shown(name, state) })
end
local result = insert(blob(1), blob(2), asked.extra, asked.mostQueued)
if result[1] ~= 2 then
  state.fired = state.fired + 1
  state.last = asked.tick
  state.lastTask = result[1] == 0 and asked.id or cjson.decode(string.match(result[3], '\n([^\n]*)')).id
end
keep(name, state)
return answer({ 'fired', shown(name, state), result, unfinished and before.id or '' })
`
