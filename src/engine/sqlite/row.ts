import type { Json } from '../../core/json.ts'
import type { SnapshotSource } from '../../core/snapshot.ts'
import { isEnded, type TaskState } from '../../core/states.ts'
import type { Message, Progress, Reason, TaskError, WaitingFor } from '../../core/task.ts'
import type { Draft } from '../contract.ts'
import { Extras, originOf } from './extras.ts'
import type { Hold } from './holds.ts'
import { Kin } from './kin.ts'
import type { Operation } from './operations.ts'
import { Stage, gateOf, isReady, stateOf, type Gate } from './stage.ts'
import type { StreamState } from './outputs.ts'

/** What a row is made of, whether it comes from a draft or from the file. */
export type RowFields = Pick<
  Row,
  'seq' | 'id' | 'op' | 'args' | 'tags' | 'retain' | 'priority' | 'created' | 'stage'
>

/**
 * One task in the hands of the engine: read from the file, or about to be written to it. It changes in place; what leaves
 * the engine is a frozen snapshot made from it. Times are epoch milliseconds.
 */
export class Row implements SnapshotSource {
  readonly seq: number
  readonly id: string
  readonly op: Operation
  readonly args: Json
  readonly tags: readonly string[]
  readonly retain: number
  readonly created: number
  stage: number
  kin = 0
  version = 1
  attempt = 0
  priority: number
  started: number | undefined = undefined
  ended: number | undefined = undefined
  modified: number
  reason: Reason | undefined = undefined
  result: Json | undefined = undefined
  /** When it is to be looked at; of a held row the lease knows that. */
  due: number | undefined = undefined
  /** Its place in the order of ends, from the moment on at which that is written. */
  endSeq: number | undefined = undefined
  /** The claim under which a run wrote to it last. */
  claimed: number | undefined = undefined
  /** While it is in the hands of a run. */
  hold: Hold | undefined = undefined
  extras: Extras | undefined = undefined
  /** The output streams as far as they were looked at. */
  streams: Map<number, StreamState> | undefined = undefined
  /** Whether its stage is counted. */
  counted = false
  /** What the writer knows of it: whether it is in the file, and whether it waits to be written. */
  stored = false
  dirty = false
  /** Too large to be kept in memory while it waits. */
  bulky = false

  constructor(fields: RowFields) {
    this.seq = fields.seq
    this.id = fields.id
    this.op = fields.op
    this.args = fields.args
    this.tags = fields.tags
    this.retain = fields.retain
    this.created = fields.created
    this.stage = fields.stage
    this.priority = fields.priority
    this.modified = fields.created
  }

  static of(draft: Draft, seq: number, op: Operation, now: number): Row {
    const { id, args, tags, retain, priority } = draft
    const row = new Row({ seq, id, op, args, tags, retain, priority, created: now, stage: Stage.START })
    if (draft.extras === undefined) return row
    const extras = row.more(new Extras(originOf(draft.extras)))
    const { held, delay, ttl } = draft.extras
    extras.held = held ?? false
    if (delay !== undefined) extras.notBefore = now + delay
    if (ttl !== undefined) extras.expiresAt = now + ttl
    return row
  }

  /** The extras, made if there are none yet. */
  more(made = new Extras({})): Extras {
    if (this.extras !== undefined) return this.extras
    this.kin |= Kin.EXTRAS
    return (this.extras = made)
  }

  has(kin: number): boolean {
    return (this.kin & kin) !== 0
  }

  get plain(): boolean {
    return this.extras === undefined
  }
  get state(): TaskState {
    return stateOf(this.stage)
  }
  get gate(): Gate | undefined {
    return gateOf(this.stage)
  }
  get ready(): boolean {
    return isReady(this.stage)
  }
  get finished(): boolean {
    return isEnded(this.state)
  }

  get operation(): string {
    return this.op.name
  }
  get createdAt(): number {
    return this.created
  }
  get startedAt(): number | undefined {
    return this.started
  }
  get endedAt(): number | undefined {
    return this.ended
  }
  get modifiedAt(): number {
    return this.modified
  }
  get notBefore(): number | undefined {
    return this.extras?.notBefore
  }
  get waitingFor(): WaitingFor | undefined {
    const { state } = this
    if (state === 'NEW') return this.gate ?? (this.op.lacksWorker(this.tags) ? 'worker' : 'slot')
    return state === 'WAITING' ? this.extras?.waitingFor : undefined
  }
  get cancelRequested(): boolean {
    return this.extras?.cancel !== undefined
  }
  get createdBy(): string | undefined {
    return this.extras?.origin.createdBy
  }
  get parentId(): string | undefined {
    return this.extras?.origin.parentId
  }
  get name(): string | undefined {
    return this.extras?.origin.name
  }
  get rerunOf(): string | undefined {
    return this.extras?.origin.rerunOf
  }
  get schedule(): string | undefined {
    return this.extras?.origin.schedule
  }
  get secrets(): readonly string[] | undefined {
    return this.extras?.origin.secrets
  }
  get progress(): Progress | undefined {
    return this.extras?.progress
  }
  get error(): TaskError | undefined {
    return this.extras?.error
  }
  get history(): readonly Message[] | undefined {
    return this.extras?.history
  }
}
