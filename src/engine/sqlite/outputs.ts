import type { Json } from '../../core/json.ts'
import type { LogLevel } from '../../core/logger.ts'
import {
  CHECKPOINTS_KEPT,
  OUTPUT_STREAMS,
  type OutputDraft,
  type OutputEntry,
  type OutputPage,
  type OutputStream,
} from '../../core/output.ts'
import type { OutputBatch, TaskStore } from '../contract.ts'
import { parsedIf, writtenIf } from './json-text.ts'
import { Kin } from './kin.ts'
import type { Row } from './row.ts'
import type { Store } from './store.ts'

/** What an entry costs beyond its text, in bytes, roughly. */
const OVERHEAD = 64
/** How many of the oldest are looked at at once to be dropped. */
const LOOK = 200

/** One stream of a task: append-only, bounded, the oldest dropped first. */
export interface StreamState {
  /** The number of the last entry. */
  last: number
  /** How many there are. */
  kept: number
  bytes: number
  dropped: number
}

const INSERT =
  'INSERT INTO outputs (task, stream, n, time, attempt, size, level, text, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'
const KEEP =
  'INSERT OR REPLACE INTO streams (task, stream, last, kept, bytes, dropped) VALUES (?, ?, ?, ?, ?, ?)'

export function append(store: Store, row: Row, batch: OutputBatch): void {
  const streams = streamsOf(store, row)
  const state = (stream: OutputStream): StreamState => {
    const number = OUTPUT_STREAMS.indexOf(stream)
    let found = streams.get(number)
    if (found === undefined) streams.set(number, (found = { last: 0, kept: 0, bytes: 0, dropped: 0 }))
    return found
  }
  const changed = new Set<OutputStream>()
  for (const stream of OUTPUT_STREAMS) {
    const dropped = batch.dropped?.[stream]
    if (dropped === undefined) continue
    state(stream).dropped += dropped
    changed.add(stream)
  }
  for (const entry of batch.entries) {
    write(store, row, entry, state(entry.stream))
    changed.add(entry.stream)
  }
  for (const stream of changed) {
    const number = OUTPUT_STREAMS.indexOf(stream)
    const { last, kept, bytes, dropped } = shrunk(store, row, stream, state(stream))
    store.sql.run(KEEP, row.seq, number, last, kept, bytes, dropped)
  }
  if (changed.size > 0) row.kin |= Kin.OUTPUT
  store.writer.add(row)
  for (const stream of new Set(batch.entries.map((entry) => entry.stream)))
    store.tidings.appended.push({ id: row.id, stream })
}

function write(store: Store, row: Row, entry: OutputDraft, state: StreamState): void {
  if (entry.stream === 'items') {
    const most = row.extras?.origin.maxItems ?? store.outputLimits.items
    if (state.kept >= most) {
      state.dropped++
      return
    }
  }
  const { text, data, level } = entry
  const written = writtenIf(data)
  const size = OVERHEAD + (text?.length ?? 0) + (written?.length ?? 0)
  const number = OUTPUT_STREAMS.indexOf(entry.stream)
  state.last++
  state.kept++
  state.bytes += size
  store.sql.run(
    INSERT,
    row.seq,
    number,
    state.last,
    store.time,
    row.attempt,
    size,
    level ?? null,
    writtenIf(text),
    written,
  )
}

function shrunk(store: Store, row: Row, stream: OutputStream, state: StreamState): StreamState {
  if (stream === 'items') return state
  const number = OUTPUT_STREAMS.indexOf(stream)
  const most = store.outputLimits.bytes
  const mostEntries = stream === 'checkpoint' ? CHECKPOINTS_KEPT : Number.POSITIVE_INFINITY
  const isFull = (): boolean => (state.bytes > most && state.kept > 1) || state.kept > mostEntries
  while (isFull()) {
    const oldest = store.sql.all<{ n: number; size: number }>(
      'SELECT n, size FROM outputs WHERE task = ? AND stream = ? ORDER BY n LIMIT ?',
      row.seq,
      number,
      LOOK,
    )
    let until = 0
    for (const { n, size } of oldest) {
      if (!isFull()) break
      until = n
      state.bytes -= size
      state.kept--
      state.dropped++
    }
    store.sql.run('DELETE FROM outputs WHERE task = ? AND stream = ? AND n <= ?', row.seq, number, until)
  }
  return state
}

function streamsOf(store: Store, row: Row): Map<number, StreamState> {
  if (row.streams !== undefined) return row.streams
  const states = row.has(Kin.OUTPUT)
    ? store.sql.all<StreamState & { stream: number }>(
        'SELECT stream, last, kept, bytes, dropped FROM streams WHERE task = ?',
        row.seq,
      )
    : []
  return (row.streams = new Map(states.map(({ stream, ...state }) => [stream, state])))
}

interface EntryRecord {
  readonly n: number
  readonly time: number
  readonly attempt: number
  readonly level: LogLevel | null
  readonly text: string | null
  readonly data: string | null
}

type Query = Parameters<TaskStore['readOutput']>[1]

export function readOutput(store: Store, id: string, query: Query): OutputPage | undefined {
  const row = store.byId(id)
  if (row === undefined) return undefined
  const { stream, after, limit, tail } = query
  const state = streamsOf(store, row).get(OUTPUT_STREAMS.indexOf(stream))
  if (state === undefined) return { items: [], cursor: after, dropped: 0 }
  const from = Math.max(after + 1, tail === undefined ? 0 : state.last - tail + 1)
  const found = store.sql.all<EntryRecord>(
    'SELECT n, time, attempt, level, text, data FROM outputs WHERE task = ? AND stream = ? AND n >= ? ORDER BY n LIMIT ?',
    row.seq,
    OUTPUT_STREAMS.indexOf(stream),
    from,
    limit,
  )
  const items = found.map((record) => entryOf(stream, record))
  return { items, cursor: items.at(-1)?.seq ?? Math.max(after, state.last), dropped: state.dropped }
}

function entryOf(stream: OutputStream, { n, time, attempt, level, text, data }: EntryRecord): OutputEntry {
  return Object.freeze({
    stream,
    ...(text === null ? {} : { text: JSON.parse(text) as string }),
    ...(data === null ? {} : { data: parsedIf<Json>(data)! }),
    ...(level === null ? {} : { level }),
    seq: n,
    time,
    attempt,
  })
}

/** The task is about to go. */
export function forgetOutput(store: Store, row: Row): void {
  if (!row.has(Kin.OUTPUT)) return
  store.sql.run('DELETE FROM outputs WHERE task = ?', row.seq)
  store.sql.run('DELETE FROM streams WHERE task = ?', row.seq)
}
