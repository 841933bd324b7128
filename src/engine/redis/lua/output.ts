import { CHECKPOINTS_KEPT } from '../../../core/output.ts'

/**
 * Output: a list per task and stream, whose entries are JSON after time and attempt. An entry's number follows from its
 * place, because entries go from the head only: `<stream>:gone` counts those. `<stream>:dropped` also counts what the writer had
 * to drop, and items beyond their number.
 */
export const output = String.raw`
local function outOf(id, stream) return P .. 'out:' .. stream .. ':' .. id end

local function count(row, stream, what, by)
  return call('HINCRBY', P .. 'wrote:' .. row.id, stream .. ':' .. what, by)
end

-- What an entry costs beyond its text, in bytes, roughly.
local function sizeOf(entry) return #entry + 48 end

local KEPT = { checkpoint = ${CHECKPOINTS_KEPT} }

local function shrink(row, stream, bytes)
  local gone = 0
  local key = outOf(row.id, stream)
  local length = call('LLEN', key)
  local most = KEPT[stream] or length
  while (bytes > OUTPUT_BYTES and length - gone > 1) or length - gone > most do
    bytes = count(row, stream, 'bytes', -sizeOf(call('LPOP', key)))
    gone = gone + 1
  end
  if gone > 0 then
    count(row, stream, 'gone', gone)
    count(row, stream, 'dropped', gone)
  end
end

local function appendTo(row, stream, blobs)
  local list, bytes, refused = {}, 0, 0
  local most = stream == 'items' and (row.maxItems or asked.mostItems) - call('LLEN', outOf(row.id, stream)) or nil
  for _, i in ipairs(blobs) do
    if most and #list >= most then
      refused = refused + 1
    else
      local entry = whole(now) .. ' ' .. whole(row.attempt) .. ' ' .. blob(i)
      list[#list + 1] = entry
      bytes = bytes + sizeOf(entry)
    end
  end
  for from = 1, #list, 1000 do
    call('RPUSH', outOf(row.id, stream), unpack(list, from, math.min(from + 999, #list)))
  end
  if refused > 0 then count(row, stream, 'dropped', refused) end
  if stream ~= 'items' and #list > 0 then shrink(row, stream, count(row, stream, 'bytes', bytes)) end
end

-- entries: the blobs of each stream; dropped: how many the writer had to drop.
local function append(row, batch)
  row.wrote = row.wrote or {}
  for stream, by in pairs(batch.dropped) do
    row.wrote[stream] = 1
    if by > 0 then count(row, stream, 'dropped', by) end
  end
  for stream, blobs in pairs(batch.entries) do
    row.wrote[stream] = 1
    appendTo(row, stream, blobs)
    grown[#grown + 1] = { row.id, stream }
  end
end
`
