/** Hands out the first tasks, in their order, of the operations that have room. */
export const claiming = String.raw`
local tags = asked.tags
local offered = {}
for _, tag in ipairs(tags or {}) do offered[tag] = true end

-- The name of a line is its tags, each with its length before it.
local function fits(line)
  local from = 1
  while from <= #line do
    local colon = string.find(line, ':', from, true)
    local length = tonumber(string.sub(line, from, colon - 1))
    if not offered[string.sub(line, colon + 1, colon + length)] then return false end
    from = colon + length + 1
  end
  return true
end

-- The lines with tags of which a worker has all. Where there are more lines than sets of its tags, the sets are gone through.
local function addLines(operation, sets)
  local prefix = P .. 'line:' .. operation .. '\n'
  if 2 ^ #tags < call('SCARD', P .. 'lines:' .. operation) then
    local lines = { '' }
    for _, tag in ipairs(tags) do
      for i = 1, #lines do
        local line = lines[i] .. #tag .. ':' .. tag
        lines[#lines + 1] = line
        sets[#sets + 1] = prefix .. line
      end
    end
    return
  end
  for _, line in ipairs(call('SMEMBERS', P .. 'lines:' .. operation)) do
    if fits(line) then sets[#sets + 1] = prefix .. line end
  end
end

-- The keys of the sets in which a worker finds its tasks.
local function setsOf(operation)
  local sets = { readyKey(operation) }
  if tags then addLines(operation, sets) else sets[2] = P .. 'tagged:' .. operation end
  return sets
end

local function running(operation)
  local ghosts = call('HGET', P .. 'haunted', operation)
  return call('ZCARD', P .. 's:ACTIVE:' .. operation) + (tonumber(ghosts) or 0)
end

-- One set of ready tasks, and the first of it. What was read before is there still: sets change at the end. Scores are
-- dear to read, and only compared where there are several sets.
local sources = {}
local function readOn(source)
  source.i, source.found = 1, {}
  if source.op.room == 0 then return end
  local from, step = source.read, #sources == 1 and 1 or 2
  source.step, source.read = step, from + math.min(asked.limit, source.op.room, 64)
  source.found = step == 1 and call('ZRANGE', source.key, from, source.read - 1)
    or call('ZRANGE', source.key, from, source.read - 1, 'WITHSCORES')
  source.score = tonumber(source.found[2])
end

local function advance(source)
  source.i = source.i + source.step
  if source.i > #source.found then
    readOn(source)
  elseif source.step == 2 then
    source.score = tonumber(source.found[source.i + 1])
  end
end

local function goesBefore(a, b)
  if a.score ~= b.score then return a.score < b.score end
  return a.found[a.i] < b.found[b.i]
end

for name, free in pairs(asked.room) do
  if not isPaused(name) then
    local op = { name = name, room = free }
    local cap = tonumber(call('HGET', P .. 'limits', name)) or (asked.caps and asked.caps[name])
    if cap then
      local left = cap - running(name)
      if left < free then op.room, op.capped = math.max(0, left), true end
    end
    if op.room > 0 then
      for _, key in ipairs(setsOf(name)) do
        if call('EXISTS', key) == 1 then sources[#sources + 1] = { key = key, op = op, read = 0 } end
      end
    elseif op.capped and hasReady(name) then
      call('SADD', P .. 'capped', name)
    end
  end
end

for _, source in ipairs(sources) do readOn(source) end

local function first()
  local best
  for _, source in ipairs(sources) do
    if source.found[source.i] and source.op.room > 0 and (not best or goesBefore(source, best)) then best = source end
  end
  return best
end

local claims = {}
while #claims < asked.limit do
  local source = first()
  if not source then break end
  local row = find(idOf(source.found[source.i]))
  -- A key that was taken a moment ago has taken its other tasks away.
  if not (row.key and isKeyHeld(row.key)) then
    local op = source.op
    op.room = op.room - 1
    local lease = asked.nonce .. '.' .. #claims
    row.worker = asked.worker
    row.patience = asked.interrupts and asked.interrupts[op.name]
    start(row, lease, asked.lease)
    claims[#claims + 1] = { lease, view(row) }
    if op.room == 0 and op.capped and hasReady(op.name) then call('SADD', P .. 'capped', op.name) end
  end
  advance(source)
end

-- What was left although there was room for it.
local left = first() ~= nil
return answer({ left and 1 or 0, claims })
`
