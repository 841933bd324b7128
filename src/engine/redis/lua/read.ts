/** One task, as it is. */
export const getMain = String.raw`
local row = find(asked.id)
return { settings, 0, -1, '', row and view(row) }
`

/** In how long the first thing is due. */
export const nextDueMain = String.raw`
local first = call('ZRANGE', P .. 'due', 0, 0, 'WITHSCORES')
local next = first[2] and math.max(0, tonumber(first[2]) - now) or -1
if call('EXISTS', P .. 'doomed', P .. 'late') > 0 then next = 0 end
return { settings, 0, -1, '', next }
`

/** A page of one stream of a task's output: its entries from the head of the list, and the numbers beside it. */
export const readOutputMain = String.raw`
local id, stream = asked.id, asked.stream
if call('EXISTS', keyOf(id)) == 0 then return { settings, 0, -1, '', false } end
local counts = call('HMGET', P .. 'wrote:' .. id, stream .. ':gone', stream .. ':dropped')
local gone, key = tonumber(counts[1]) or 0, P .. 'out:' .. stream .. ':' .. id
local length = call('LLEN', key)
local skip = math.max(0, asked.after - gone)
if asked.tail then skip = math.max(skip, length - asked.tail) end
local entries = call('LRANGE', key, skip, skip + asked.limit - 1)
return { settings, 0, -1, '', { gone + skip + 1, gone + length, tonumber(counts[2]) or 0, entries } }
`
