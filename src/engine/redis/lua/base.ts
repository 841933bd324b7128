/**
 * What every script begins with: its arguments, the time, and the few counters of a manager; and how it ends, by
 * {@link answer}. Nothing in a script may fail after its first write: Redis rolls nothing back.
 *
 * Numbers. A tick is the server's time in milliseconds times 1024, or one more than the last tick. Ticks number tasks,
 * ends and events: they ascend with time, so that a stretch of time is a stretch of numbers, and none is ever used again,
 * not even when Redis comes back without its last second. They have 16 digits, two more than Lua prints of a number by
 * itself, so they are kept as text. Other times are milliseconds, and where a record has them, texts too: making a text of
 * a number is among the dearest things that a script does.
 */
export const base = String.raw`
local call = redis.call
local P = KEYS[1] .. ':'
local ORIGIN, AGEING, MOST_ENDED = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local MOST_EVENTS, OUTPUT_BYTES = tonumber(ARGV[4]), tonumber(ARGV[5])
local asked = cjson.decode(ARGV[6])
local function blob(i) return i and ARGV[6 + i] end

local clock = call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local META = P .. 'meta'
local meta = call('HMGET', META, 'tick', 'queued', 'ended', 'told', 'settings', 'trimmed', 'spared')
local tick = math.max(tonumber(meta[1]) or 0, now * 1024 - 1)
local queued, ended, told = tonumber(meta[2]) or 0, tonumber(meta[3]) or 0, tonumber(meta[4]) or 0
local settings, trimmed, spared = meta[5] or '0', meta[6] or '', tonumber(meta[7]) or 0

-- In two halves, because 32 bits are all that may be printed fast.
local function whole(n)
  if n < 2147483648 then return string.format('%d', n) end
  local high = math.floor(n / 1e8)
  return string.format('%d%08d', high, n - high * 1e8)
end
local nowText = whole(now)
local function nextTick()
  tick = tick + 1
  return whole(tick)
end
`

/**
 * For scripts that let work end or go: they may write also when Redis has reached its `maxmemory`. It looks at that
 * before the first write of a script alone, and never refuses one that can only free memory.
 */
export const easing = String.raw`
call('DEL', P .. 'nothing')
`

/** For scripts that change something. */
export const effects = String.raw`
local events, grown, woken, soonest, unfinished = {}, {}, false, nil, false
local orders, news = {}, {}

local function soon(at) if not soonest or at < soonest then soonest = at end end

-- What follows from a change may be much: then a step does some of it, and the rest is done in the next ones, by whoever
-- asked for the change or, where that one dies, by the next sweep.
local budget = 300
local function goOnLater()
  unfinished = true
  soon(now)
end

-- How tasks are shown depends on settings; whoever has them in memory knows them by their number.
local function changeSettings()
  settings = whole(tonumber(settings) + 1)
  news[#news + 1] = 'settings'
end

-- Members that sets are to have, with their scores, or (false) not to have. They are told to Redis all at once at the end,
-- so a script that reads one of these sets after changing it has to call flush before.
local sets = {}
local function put(key, score, member)
  local members = sets[key]
  if not members then
    members = {}
    sets[key] = members
  end
  members[member] = score
end
local function drop(key, member) put(key, false, member) end

local function inPieces(command, key, list)
  for from = 1, #list, 2000 do call(command, key, unpack(list, from, math.min(from + 1999, #list))) end
end

local function flush()
  for key, members in pairs(sets) do
    local added, gone = {}, {}
    local a, g = 0, 0
    for member, score in pairs(members) do
      if score then
        added[a + 1], added[a + 2] = score, member
        a = a + 2
      else
        g = g + 1
        gone[g] = member
      end
    end
    inPieces('ZREM', key, gone)
    inPieces('ZADD', key, added)
  end
  sets = {}
end

-- The events of this step, as one entry of the stream: of each its kind, and the record as it was then.
local function publishEvents()
  if #events == 0 then return '' end
  local first, count = tick + 1, #events / 2
  call('XADD', P .. 'events', whole(first) .. '-0', 'events', table.concat(events, '\n'))
  tick = tick + count
  local before = told
  told = told + count
  local step = math.ceil(MOST_EVENTS / 8)
  if math.floor(before / step) ~= math.floor(told / step) then
    if call('RPUSH', P .. 'marks', whole(first)) > 8 then
      local mark = call('LPOP', P .. 'marks')
      call('XTRIM', P .. 'events', 'MINID', '~', mark .. '-0')
      call('HSET', META, 'forgotten', mark)
    end
  end
  return whole(first - 1)
end

-- In how long the first thing is due, where this step made that earlier.
local function dueIn()
  if not soonest then return -1 end
  local first = call('ZRANGE', P .. 'due', 0, 0, 'WITHSCORES')
  if first[2] and tonumber(first[2]) < soonest then return -1 end
  return math.max(0, soonest - now)
end

local function answer(result)
  flush()
  local position = publishEvents()
  call('HSET', META, 'tick', whole(tick), 'queued', queued, 'ended', ended, 'told', told, 'settings', settings,
    'trimmed', trimmed, 'spared', spared)
  local due = dueIn()
  if woken or due >= 0 or #news > 0 then
    call('PUBLISH', P .. 'say', cjson.encode({ by = ORIGIN, ready = woken, due = due, news = #news > 0 and news or nil }))
  end
  if #grown > 0 then call('PUBLISH', P .. 'grown', cjson.encode({ by = ORIGIN, grown = grown })) end
  for worker, list in pairs(orders) do
    call('RPUSH', P .. 'inbox:' .. worker, unpack(list))
    call('PEXPIRE', P .. 'inbox:' .. worker, 3600000)
    call('PUBLISH', P .. 'to:' .. worker, '')
  end
  return { settings, (woken and 1 or 0) + (unfinished and 2 or 0), due, position, result }
end
`
