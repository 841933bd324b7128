import { TurnoverMap } from '../../core/turnover-map.ts'
import { randomBytes } from 'node:crypto'
import { DueHeap } from '../../core/due-heap.ts'
import type { TaskEvent, TaskEventType } from '../../core/events.ts'
import type { OutputStream } from '../../core/output.ts'
import { snapshot } from '../../core/snapshot.ts'
import { MOST_MESSAGES, plainMessages, type Task } from '../../core/task.ts'
import type { DraftExtras, EngineHost, Holding, RunOrder, StoredSchedule, WorkerMode } from '../contract.ts'
import { Crew } from '../shared/crew.ts'
import type { Ghost } from './ghosts.ts'
import { Indexes } from './indexes.ts'
import { KeyLocks } from './key-locks.ts'
import { Overflow } from './overflow.ts'
import type { OperationRow, Remembered, Row } from './row.ts'

/** How much output a task may keep. */
export interface OutputLimits {
  /** Bytes of each of log, stdout and stderr. */
  readonly bytes: number
  readonly items: number
}

/**
 * All that the engine remembers, and the one way to change it: {@link Store.step}. A step reads the clock once, changes
 * what it likes, and tells the host afterwards, when everything is consistent again.
 */
export class Store {
  readonly indexes: Indexes
  readonly dues = new DueHeap<Row | Remembered | Ghost | Overflow>()
  readonly keys: KeyLocks
  readonly crew: Crew
  readonly overflow: Overflow
  /** Unfinished tasks by operation and dedupKey. */
  readonly dedup = new Map<string, Row>()
  /** Children by parent and name. */
  readonly names = new Map<string, Row>()
  /** Tasks in the hands of a run, by lease. */
  readonly held = new TurnoverMap<string, Row>()
  readonly remembered = new Map<string, Remembered>()
  /** Runs that outlived their tasks, by lease. */
  readonly ghosts = new Map<string, Ghost>()
  readonly schedules = new Map<string, StoredSchedule>()
  /** Counts up with each task, end and claim. */
  seq = 0
  endSeq = 0
  claims = 0
  /** Now, in engine time; moves only between steps. */
  time = 0

  readonly epoch: number
  readonly #host: EngineHost
  #events: TaskEvent[] = []
  #orders: RunOrder[] = []
  #appended: { readonly id: string; readonly stream: OutputStream }[] = []
  #ready = false
  #rescheduled = false
  #modes: WorkerMode[] = []
  #listening = false
  #toldDue = Number.POSITIVE_INFINITY
  #toldUnfinished = false

  /** Leases of another engine, or of another life of this process, never equal ours. */
  readonly #incarnation = randomBytes(3).toString('hex')

  constructor(
    host: EngineHost,
    readonly outputLimits: OutputLimits,
  ) {
    this.#host = host
    this.epoch = host.clock.now()
    const { ageing, maxEnded } = host.rules
    this.crew = new Crew(this.epoch, () => this.time)
    this.indexes = new Indexes({ epoch: this.epoch, crew: this.crew, ageing })
    this.keys = new KeyLocks(this.indexes.turn, (op) => this.claimable(op))
    this.overflow = new Overflow(maxEnded, this)
  }

  /** The lease of the so-manieth claim. */
  token(claim: number): string {
    return this.#incarnation + claim.toString(36)
  }

  /** The task that is held under this lease; undefined when the lease no longer counts. */
  holder({ id, lease }: Holding): Row | undefined {
    const row = this.held.get(lease)
    return row?.id === id ? row : undefined
  }

  /** For reading alone: nobody has to be told of anything, but the time counts. */
  read(): this {
    this.time = this.#host.clock.now() - this.epoch
    return this
  }

  step<T>(change: (store: Store) => T): T {
    this.read()
    this.#listening = this.#host.listening()
    try {
      return change(this)
    } finally {
      this.#tell()
    }
  }

  /** The task as it is now, and an event of it. */
  changed(type: TaskEventType, row: Row): Task {
    const task = snapshot(row)
    if (this.#listening) this.#events.push({ type, task })
    return task
  }

  /** An event without a need for the snapshot. */
  announce(type: TaskEventType, row: Row): void {
    if (this.#listening) this.changed(type, row)
  }

  order(order: RunOrder): void {
    this.#orders.push(order)
  }

  grown(id: string, stream: OutputStream): void {
    this.#appended.push({ id, stream })
  }

  claimable(op: OperationRow): void {
    if (!op.paused) this.#ready = true
  }

  /** A place under the limit of the operation has become free. */
  vacated(op: OperationRow): void {
    if (!op.crowded) return
    op.crowded = false
    this.claimable(op)
  }

  rescheduled(): void {
    this.#rescheduled = true
  }

  mode(mode: WorkerMode): void {
    this.#modes.push(mode)
  }

  /** The sweep has begun: whatever is due next has to be told again. */
  forgetDue(): void {
    this.#toldDue = Number.POSITIVE_INFINITY
  }

  /** In how many milliseconds the next sweep is wanted; the host knows of it from now on. */
  nextDue(): number | undefined {
    const first = this.dues.peek()
    if (first === undefined) return undefined
    this.#toldDue = first.due
    return Math.max(0, first.due - this.time)
  }

  /** Adds a message. Call it before the change, so that the messages until now still follow from the fields. */
  note(row: Row, text: string): void {
    const extras = row.more()
    const messages = [...(extras.history ?? plainMessages(row)), { time: this.epoch + this.time, text }]
    if (messages.length > MOST_MESSAGES) messages.splice(1, messages.length - MOST_MESSAGES)
    extras.history = Object.freeze(messages)
  }

  /** The row's version and time of change move on. */
  touch(row: Row): void {
    row.version++
    row.modified = this.time
  }

  #tell(): void {
    const host = this.#host
    const first = this.dues.peek()
    if (first !== undefined && first.due < this.#toldDue) {
      this.#toldDue = first.due
      host.due(Math.max(0, first.due - this.time))
    }
    const { byState } = this.indexes
    const unfinished = byState.NEW.size + byState.ACTIVE.size + byState.WAITING.size > 0
    if (unfinished !== this.#toldUnfinished) {
      this.#toldUnfinished = unfinished
      host.unfinished(unfinished)
    }
    if (this.#orders.length > 0) host.signal(this.#orders.splice(0))
    if (this.#ready) {
      this.#ready = false
      host.ready()
    }
    for (const mode of this.#modes.splice(0)) host.mode(mode)
    if (this.#rescheduled) {
      this.#rescheduled = false
      host.rescheduled()
    }
    if (this.#appended.length > 0)
      for (const { id, stream } of this.#appended.splice(0)) host.appended(id, stream)
    if (this.#events.length > 0) {
      const events = this.#events
      this.#events = []
      host.changed(events)
    }
  }
}

/** Keys of {@link Store.dedup} and {@link Store.names}; a name of an operation or an id has no line break. */
export const dedupId = (operation: string, key: string): string => `${operation}\n${key}`
export const nameId = ({ parentId, name }: Pick<DraftExtras, 'parentId' | 'name'>): string | undefined =>
  parentId === undefined || name === undefined ? undefined : `${parentId}\n${name}`
