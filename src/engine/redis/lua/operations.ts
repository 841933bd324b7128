/** What is known of each operation: its settings, what workers said of it, and its tasks by state. */
export const operationsMain = String.raw`
local list = {}
for _, name in ipairs(call('SMEMBERS', P .. 'operations')) do
  local counts = {}
  for i, state in ipairs(asked.states) do counts[i] = call('ZCARD', P .. 's:' .. state .. ':' .. name) end
  list[#list + 1] = {
    name,
    call('HEXISTS', P .. 'paused', name),
    call('HGET', P .. 'limits', name) or '',
    call('HGET', P .. 'described', name) or '',
    counts,
  }
end
return { settings, 0, -1, '', list }
`

export const pauseMain = String.raw`
local name = asked.operation
call('SADD', P .. 'operations', name)
if asked.paused then
  if call('HSET', P .. 'paused', name, 1) == 1 then changeSettings() end
elseif call('HDEL', P .. 'paused', name) == 1 then
  changeSettings()
  if hasReady(name) then claimable(name) end
end
return answer(true)
`

export const limitMain = String.raw`
local name = asked.operation
call('SADD', P .. 'operations', name)
if asked.concurrency then call('HSET', P .. 'limits', name, asked.concurrency) else call('HDEL', P .. 'limits', name) end
call('SREM', P .. 'capped', name)
if hasReady(name) then claimable(name) end
return answer(true)
`

export const describeMain = String.raw`
for i, name in ipairs(asked.names) do
  call('SADD', P .. 'operations', name)
  call('HSET', P .. 'described', name, blob(i))
end
return answer(true)
`
