import type { Message, Progress, Reason, TaskError, WaitingFor } from '../../core/task.ts'
import { isSlim } from './extras-writer.ts'
import { Extras, type Origin } from './extras.ts'
import { parsed, parsedIf } from './json-text.ts'
import type { Operations } from './operations.ts'
import type { Reasons } from './reasons.ts'
import { Row } from './row.ts'
import { Stage, isEndStage } from './stage.ts'

/** Rows of the tables as SQLite hands them out. */
export interface TaskRecord {
  readonly seq: number
  readonly id: string
  readonly op: number
  readonly stage: number
  readonly priority: number
  readonly retain: number
  readonly kin: number
  readonly claimed: number | null
  readonly created: number
  readonly started: number | null
  readonly ended: number | null
  readonly end_seq: number | null
  readonly due: number | null
  readonly args: string
  readonly tags: string | null
  readonly reason: string | number | null
  readonly result: string | null
}

export interface ExtrasRecord {
  readonly seq: number
  readonly version: number
  readonly attempt: number
  readonly modified: number
  readonly draft: string
  readonly dedup: string | null
  readonly named: string | null
  readonly lane: string | null
  readonly root: number | null
  readonly not_before: number | null
  readonly expires: number | null
  readonly pending: number
  readonly interrupted: number
  readonly amended: number
  readonly waiting_for: string | null
  readonly cancel: string | null
  readonly progress: string | null
  readonly error: string | null
  readonly history: string | null
}

export const TASK_COLUMNS =
  'seq, id, op, stage, priority, retain, kin, claimed, created, started, ended, end_seq, due, args, tags, reason, result'
export const EXTRAS_COLUMNS =
  'seq, version, attempt, modified, draft, dedup, named, lane, root, not_before, expires, pending, interrupted, ' +
  'amended, waiting_for, cancel, progress, error, history'

/** Arguments beyond so many characters are not worth keeping in memory for the claim. */
const BULKY = 4_000

const NO_TAGS: readonly string[] = Object.freeze([])

/** The row that the records describe; a task without extras went the plain way, so the rest follows from its times. */
export function rowOf(
  record: TaskRecord,
  extras: ExtrasRecord | undefined,
  { operations, reasons }: { readonly operations: Operations; readonly reasons: Reasons },
): Row {
  const { seq, id, stage, priority, retain, created, tags } = record
  const row = new Row({
    seq,
    id,
    op: operations.numbered(record.op),
    args: parsed(record.args),
    tags: tags === null ? NO_TAGS : (parsed(tags) as readonly string[]),
    retain,
    priority,
    created,
    stage,
  })
  row.kin = record.kin
  row.claimed = record.claimed ?? undefined
  row.started = record.started ?? undefined
  row.ended = record.ended ?? undefined
  row.endSeq = record.end_seq ?? undefined
  row.due = record.due ?? undefined
  row.reason = reasons.read(record.reason)
  if (record.result !== null) row.result = parsed(record.result)
  row.bulky = record.args.length > BULKY
  row.stored = true
  row.counted = true
  if (extras === undefined) followPlainly(row)
  else addExtras(row, extras)
  return row
}

/** The arguments as they are written. */
export function argsOf(row: Row): string {
  const text = JSON.stringify(row.args)
  row.bulky = text.length > BULKY
  return text
}

function followPlainly(row: Row): void {
  const ran = row.started !== undefined
  row.attempt = ran ? 1 : 0
  row.version = 1 + row.attempt + (isEndStage(row.stage) ? 1 : 0)
  row.modified = row.ended ?? row.started ?? row.created
}

function addExtras(row: Row, record: ExtrasRecord): void {
  row.version = record.version
  row.attempt = record.attempt
  row.modified = record.modified
  const extras = row.more(new Extras(parsed(record.draft) as Origin))
  extras.dedup = record.dedup ?? undefined
  extras.named = record.named ?? undefined
  extras.lane = record.lane ?? undefined
  extras.root = record.root ?? undefined
  extras.held = row.stage === Stage.START
  extras.notBefore = record.not_before ?? undefined
  extras.expiresAt = record.expires ?? undefined
  extras.pending = record.pending
  extras.interrupted = record.interrupted
  extras.amended = record.amended
  extras.waitingFor = (record.waiting_for as WaitingFor | null) ?? undefined
  extras.cancel = parsedIf<Reason>(record.cancel)
  extras.progress = parsedIf<Progress>(record.progress)
  extras.error = parsedIf<TaskError>(record.error)
  extras.history = parsedIf<readonly Message[]>(record.history)
  extras.stored = isSlim(extras) ? 'slim' : 'full'
}
