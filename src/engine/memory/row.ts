import type { Due } from '../../core/due-heap.ts'
import type { Json } from '../../core/json.ts'
import { isEnded, type TaskState } from '../../core/states.ts'
import type { Message, Progress, Reason, Task, TaskError, WaitingFor } from '../../core/task.ts'
import type { SnapshotSource } from '../../core/snapshot.ts'
import type { Draft, DraftExtras, OperationDescription, RunLimits } from '../contract.ts'
import type { Crew } from '../shared/crew.ts'
import type { Outputs } from './outputs.ts'
import type { Turn } from './ready-queue.ts'
import { ReadyTasks } from './ready-tasks.ts'
import { SeqSet } from './seq-set.ts'

/** What keeps a NEW task from being claimed, besides a free slot. */
export type Gate = 'start' | 'time' | 'dependency' | 'key'

/** `held`: a run may write. `settled`: that run has told its end. `lost`: it was taken from the run. */
export type Hold = 'none' | 'held' | 'settled' | 'lost'

/** What all rows of one store have in common. */
export interface Common {
  /** What the times of rows are counted from: small numbers take no memory of their own. */
  readonly epoch: number
  readonly turn: Turn
  readonly crew: Crew
}

/** An operation as the engine knows it. */
export class OperationRow {
  paused = false
  /** The most runs at once, where somebody set it. */
  limit: number | undefined = undefined
  described: OperationDescription | undefined = undefined
  /** Runs that go on after the end of their task. */
  ghosts = 0
  /** The last claim left tasks for want of a place under the limit. */
  crowded = false
  /** Until when some worker takes its tasks, as of a change of the crew: see {@link Crew.lacks}. */
  servedUntil = 0
  crewSeen = 0
  readonly epoch: number
  readonly members = new SeqSet()
  readonly ready: ReadyTasks
  readonly #crew: Crew
  readonly counts: Record<TaskState, number> = {
    NEW: 0,
    ACTIVE: 0,
    WAITING: 0,
    SUCCEEDED: 0,
    FAILED: 0,
    CANCELED: 0,
    SKIPPED: 0,
  }

  constructor(
    readonly name: string,
    { epoch, turn, crew }: Common,
  ) {
    this.epoch = epoch
    this.ready = new ReadyTasks(turn)
    this.#crew = crew
  }

  /** What counts against the limit. */
  get running(): number {
    return this.counts.ACTIVE + this.ghosts
  }

  /** Whether a task with these tags would not be claimed, were there room for it. */
  lacksWorker(tags: readonly string[]): boolean {
    return this.paused || this.#crew.lacks(this, tags)
  }
}

/** What an Idempotency-Key made, remembered whether or not the task is still kept. */
export interface Remembered extends Due {
  readonly key: string
  readonly hash: string
  /** The task while it is kept; then what is left of it, which is little. */
  made: Row | Task
}

/** What most tasks do not have, kept apart so that they do not pay for it. */
export class Extras {
  readonly createdBy: string | undefined
  readonly parentId: string | undefined
  readonly name: string | undefined
  readonly rerunOf: string | undefined
  readonly dedupKey: string | undefined
  readonly concurrencyKey: string | undefined
  readonly limits: RunLimits | undefined
  readonly secrets: readonly string[] | undefined
  readonly maxItems: number | undefined
  readonly schedule: string | undefined
  held: boolean
  /** These three in engine time. */
  notBefore: number | undefined
  expiresAt: number | undefined
  leaseUntil: number | undefined
  /** How often it was interrupted, and how often it may be, as the last claim with a lease said; without end if undefined. */
  interrupted = 0
  mostInterrupts: number | undefined
  /** The tasks this one comes after, and how many of them it still waits for. */
  after: Row[] = []
  pending = 0
  /** The tasks that come after this one. */
  dependents: { readonly row: Row; readonly on: 'success' | 'end' }[] = []
  /** What a cancel that was requested will say; kept until the run has stopped. */
  cancel: Reason | undefined
  progress: Progress | undefined
  error: TaskError | undefined
  history: readonly Message[] | undefined
  waitingFor: WaitingFor | undefined
  amended = 0
  outputs: Outputs | undefined
  /** What its Idempotency-Key is remembered by. */
  remembered: Remembered | undefined

  constructor(draft: DraftExtras = {}, now = 0) {
    this.createdBy = draft.createdBy
    this.parentId = draft.parentId
    this.name = draft.name
    this.rerunOf = draft.rerunOf
    this.dedupKey = draft.dedupKey
    this.concurrencyKey = draft.concurrencyKey
    this.limits = draft.limits
    this.secrets = draft.secrets
    this.maxItems = draft.maxItems
    this.schedule = draft.schedule
    this.held = draft.held ?? false
    this.notBefore = draft.delay === undefined ? undefined : now + draft.delay
    this.expiresAt = draft.ttl === undefined ? undefined : now + draft.ttl
  }
}

/**
 * One task as the engine keeps it. It changes in place; what leaves the engine is a frozen snapshot made from it. Its
 * times are in engine time: milliseconds since the engine opened.
 */
export class Row implements Due, SnapshotSource {
  readonly id: string
  readonly args: Json
  readonly tags: readonly string[]
  readonly retain: number
  state: TaskState = 'NEW'
  gate: Gate | undefined = undefined
  version = 1
  attempt = 0
  priority: number
  started = -1
  ended = -1
  modified: number
  reason: Reason | undefined = undefined
  result: Json | undefined = undefined
  /** The number of the last claim, its token while the task is unfinished, and what became of it. */
  claimed = 0
  lease: string | undefined = undefined
  hold: Hold = 'none'
  /** Its place in the order of ends, once it has ended. */
  endSeq = -1
  due = 0
  place = -1
  extras: Extras | undefined

  constructor(
    draft: Draft,
    readonly seq: number,
    readonly op: OperationRow,
    readonly created: number,
  ) {
    this.id = draft.id
    this.args = draft.args
    this.tags = draft.tags
    this.retain = draft.retain
    this.priority = draft.priority
    this.modified = created
    this.extras = draft.extras === undefined ? undefined : new Extras(draft.extras, created)
  }

  /** The extras, made if there are none yet. */
  more(): Extras {
    return (this.extras ??= new Extras())
  }

  get plain(): boolean {
    return this.extras === undefined
  }

  get finished(): boolean {
    return isEnded(this.state)
  }

  get operation(): string {
    return this.op.name
  }
  get createdAt(): number {
    return this.op.epoch + this.created
  }
  get startedAt(): number | undefined {
    return this.started < 0 ? undefined : this.op.epoch + this.started
  }
  get endedAt(): number | undefined {
    return this.ended < 0 ? undefined : this.op.epoch + this.ended
  }
  get modifiedAt(): number {
    return this.op.epoch + this.modified
  }
  get notBefore(): number | undefined {
    const at = this.extras?.notBefore
    return at === undefined ? undefined : this.op.epoch + at
  }
  get waitingFor(): WaitingFor | undefined {
    if (this.state === 'NEW') return this.gate ?? (this.op.lacksWorker(this.tags) ? 'worker' : 'slot')
    return this.state === 'WAITING' ? this.extras?.waitingFor : undefined
  }
  get cancelRequested(): boolean {
    return this.extras?.cancel !== undefined
  }
  get createdBy(): string | undefined {
    return this.extras?.createdBy
  }
  get parentId(): string | undefined {
    return this.extras?.parentId
  }
  get name(): string | undefined {
    return this.extras?.name
  }
  get rerunOf(): string | undefined {
    return this.extras?.rerunOf
  }
  get schedule(): string | undefined {
    return this.extras?.schedule
  }
  get progress(): Progress | undefined {
    return this.extras?.progress
  }
  get error(): TaskError | undefined {
    return this.extras?.error
  }
  get secrets(): readonly string[] | undefined {
    return this.extras?.secrets
  }
  get history(): readonly Message[] | undefined {
    return this.extras?.history
  }
}
