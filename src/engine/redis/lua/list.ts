/**
 * Lists. The tasks of an operation in one state are an ordered set, so most filters are a union of such sets, which
 * have no member in common, walked together in the order of their scores. A tag, a parent or a creator has a set of its
 * own: then the smallest set leads, and each of its members is seen up in the others.
 */
export const walking = String.raw`
local STATES = { 'NEW', 'ACTIVE', 'WAITING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED' }
local ENDED = { 'SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED' }

local operations
local function allOperations()
  operations = operations or call('SMEMBERS', P .. 'operations')
  return operations
end

local function endSets(names, states)
  local sets = {}
  for _, name in ipairs(names) do
    for _, state in ipairs(states) do sets[#sets + 1] = endKey(state, name) end
  end
  return sets
end

-- Visits the members of the parts' sets between two scores, in order, until visit answers false; answers the score of the
-- member at which that was. Two parts may walk the same set: a member of both is visited twice, one after the other, and a
-- walk that could end between the two visits would come to the first again.
local function walk(parts, low, high, ascending, visit)
  local heads = {}
  local count = 0
  for _, part in ipairs(parts) do count = count + #part.sets end
  local wanted = asked.limit and asked.limit + 1 or 500
  local chunk = count == 1 and wanted or math.max(8, math.ceil(2 * wanted / math.max(1, count)))
  local function fill(head)
    head.i = 1
    if ascending then
      head.found = call('ZRANGEBYSCORE', head.key, head.low, high, 'WITHSCORES', 'LIMIT', 0, chunk)
      head.low = '(' .. (head.found[#head.found] or '0')
    else
      head.found = call('ZREVRANGEBYSCORE', head.key, head.high, low, 'WITHSCORES', 'LIMIT', 0, chunk)
      head.high = '(' .. (head.found[#head.found] or '0')
    end
    head.score = tonumber(head.found[2])
    return head.score
  end
  for _, part in ipairs(parts) do
    for _, key in ipairs(part.sets) do
      local head = { key = key, part = part, low = low, high = high }
      if fill(head) then heads[#heads + 1] = head end
    end
  end
  local last
  while heads[1] do
    local best, at = heads[1], 1
    for i = 2, #heads do
      local score = heads[i].score
      if ascending and score < best.score or not ascending and score > best.score then best, at = heads[i], i end
    end
    local found, i = best.found, best.i
    if not visit(found[i], found[i + 1], best.part, found[i] == last) then return found[i + 1] end
    last = found[i]
    best.i = i + 2
    if best.i > #found then
      if #found < 2 * chunk or not fill(best) then table.remove(heads, at) end
    else
      best.score = tonumber(found[best.i + 1])
    end
  end
end
`

/** From a filter to sets that are walked, and to what each member has to pass. */
export const planning = String.raw`
local function setOf(list)
  local set = {}
  for _, each in ipairs(list) do set[each] = true end
  return set
end

local function within(list, set)
  local result = {}
  for _, each in ipairs(list) do
    if set[each] then result[#result + 1] = each end
  end
  return result
end

local filter = asked.filter
local byEnd = asked.byEnd
local low, high = '-inf', '+inf'
if not byEnd then
  if filter.since then low = whole(filter.since * 1024) end
  if filter.before then high = '(' .. whole(filter.before * 1024) end
end

-- The sets by state of these operations, and how many members they have.
local function stateSets(names, states)
  local sets, size = {}, 0
  for _, name in ipairs(names) do
    for _, state in ipairs(states) do
      local key = stateKey(state, name)
      local count = call('ZCARD', key)
      if count > 0 then
        sets[#sets + 1] = key
        size = size + count
      end
    end
  end
  return sets, size
end

local function partOf(names, owner)
  local checks = {}
  for _, tag in ipairs(filter.tags or {}) do checks[#checks + 1] = P .. 'tag:' .. tag end
  if filter.parent then checks[#checks + 1] = P .. 'kids:' .. filter.parent end
  if owner then checks[#checks + 1] = P .. 'by:' .. owner end
  local part = { checks = checks }
  if byEnd then
    part.sets = endSets(names, filter.states or ENDED)
    part.since, part.before = filter.since, filter.before
    return part
  end
  local sets, size = stateSets(names, filter.states or STATES)
  local leader, smallest = 0, size
  for i, key in ipairs(checks) do
    local count = call('ZCARD', key)
    if count <= smallest then leader, smallest = i, count end
  end
  part.sets = sets
  if leader > 0 then
    part.sets = { table.remove(checks, leader) }
    if filter.states then part.states = setOf(filter.states) end
    if #names < #allOperations() then part.operations = setOf(names) end
  end
  return part
end

-- One part, or two where the tasks of some operations are seen only by their creators.
local function partsOf()
  local names = filter.operations and within(filter.operations, setOf(allOperations())) or allOperations()
  local visible = filter.visible
  if not visible then return { partOf(names) } end
  local all, own = setOf(visible.all), setOf(visible.own)
  local whole, mine = within(names, all), {}
  for _, name in ipairs(names) do
    if own[name] and not all[name] then mine[#mine + 1] = name end
  end
  local parts = {}
  if #whole > 0 then parts[1] = partOf(whole) end
  if #mine > 0 and visible.owner then parts[#parts + 1] = partOf(mine, visible.owner) end
  return parts
end

-- Found as it stands; only a name with a backslash in it has to be read as JSON.
local function operationIn(fixed)
  local name = string.match(fixed, '"operation":"(.-)","priority":')
  return isIn(name, '\\') and cjson.decode('["' .. name .. '"]')[1] or name
end

local function looksInside(part) return part.states or part.operations or part.since or part.before end

-- Reads the few fields of a record that it needs as they stand: to read all of it would cost several times as much.
local function fits(part, id)
  for _, key in ipairs(part.checks) do
    if not call('ZSCORE', key, id) then return false end
  end
  if part.states and not part.states[string.match(call('HGET', keyOf(id), 'r'), '"state":"(%u+)"')] then return false end
  if not part.operations and not part.since and not part.before then return true end
  local fixed = call('HGET', keyOf(id), 'f')
  if part.operations and not part.operations[operationIn(fixed)] then return false end
  local created = tonumber(string.match(fixed, '"created":"(%d+)"'))
  return (not part.since or created >= part.since) and (not part.before or created < part.before)
end
`

/** A page, or a part of one: looks at so many tasks at most, and answers where to go on. */
export const pageMain = String.raw`
local found, seen = {}, 0
local from = asked.from
local first, last = low, high
if from and asked.ascending then first = from elseif from then last = from end
local next = walk(partsOf(), first, last, asked.ascending, function(id, at, part, isAgain)
  if not isAgain then
    if #found == asked.limit or seen == asked.most then return false end
    seen = seen + 1
  end
  if fits(part, id) then found[#found + 1] = { at, viewOf(id) } end
  return true
end)
return { settings, 0, -1, '', { next or '', seen, found } }
`

/** Counts, looking at so many tasks at most where counting means to look; answers where to go on. */
export const tallyMain = String.raw`
local count, seen, next = 0, 0, nil
local parts, walked = partsOf(), {}
for _, part in ipairs(parts) do
  if #part.checks == 0 and not looksInside(part) then
    if not asked.from then
      for _, key in ipairs(part.sets) do count = count + call('ZCOUNT', key, low, high) end
    end
  else
    walked[#walked + 1] = part
  end
end
next = walk(walked, asked.from or low, high, true, function(id, at, part, isAgain)
  if not isAgain then
    if seen == asked.most then return false end
    seen = seen + 1
  end
  if fits(part, id) then count = count + 1 end
  return true
end)
return { settings, 0, -1, '', { count, seen, next or '' } }
`
