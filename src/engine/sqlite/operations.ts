import { TASK_STATES, type TaskState } from '../../core/states.ts'
import type { OperationDescription, OperationState } from '../contract.ts'
import type { Crew } from '../shared/crew.ts'
import { parsedIf } from './json-text.ts'
import type { Sql } from './sql.ts'
import { Stage, isEndStage, isReady, stateOf } from './stage.ts'

/** An operation as the engine knows it. How many of its tasks are in which stage is counted here, and not in the file. */
export class Operation {
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
  /** How many tasks may be claimed. */
  ready = 0
  readonly #counts = new Map<number, number>()

  constructor(
    readonly number: number,
    readonly name: string,
    private readonly crew: Crew,
  ) {}

  /** Stages that have tasks. */
  get stages(): Iterable<number> {
    return this.#counts.keys()
  }

  count(stage: number): number {
    return this.#counts.get(stage) ?? 0
  }

  /** How many tasks it has. */
  get size(): number {
    let size = 0
    for (const count of this.#counts.values()) size += count
    return size
  }

  add(stage: number, by: number): void {
    if (isReady(stage)) this.ready += by
    const count = this.count(stage) + by
    // Priorities come and go, and so do the stages that belong to them.
    if (count === 0 && stage > Stage.KEY) this.#counts.delete(stage)
    else this.#counts.set(stage, count)
  }

  /** What counts against the limit. */
  get running(): number {
    return this.count(Stage.ACTIVE) + this.ghosts
  }

  /** Whether a task with these tags would not be claimed, were there room for it. */
  lacksWorker(tags: readonly string[]): boolean {
    return this.paused || this.crew.lacks(this, tags)
  }

  state(): OperationState {
    const counts = Object.fromEntries(TASK_STATES.map((state) => [state, 0])) as Record<TaskState, number>
    for (const [stage, count] of this.#counts) counts[stateOf(stage)] += count
    return {
      name: this.name,
      paused: this.paused,
      ...(this.limit === undefined ? {} : { concurrency: this.limit }),
      ...(this.described === undefined ? {} : { described: this.described }),
      counts,
    }
  }
}

interface SettingsRecord {
  readonly op: number
  readonly paused: number
  readonly concurrency: number | null
  readonly described: string | null
}

interface Move {
  readonly op: Operation
  readonly from: number | undefined
  readonly to: number | undefined
}

/** All operations, and how many tasks there are. What a transaction counted is counted back when it fails. */
export class Operations {
  readonly #byName = new Map<string, Operation>()
  readonly #byNumber = new Map<number, Operation>()
  /** The moves of the transaction so far, and the operations that are new in it. */
  #journal: Move[] = []
  #added: Operation[] = []
  /** Of all operations together. */
  waiting = 0
  ended = 0

  constructor(
    private readonly sql: Sql,
    private readonly crew: Crew,
  ) {}

  /** Reads all of it from the file. */
  load(): void {
    for (const { op, name } of this.sql.all<{ op: number; name: string }>('SELECT op, name FROM operations'))
      this.#keep(new Operation(op, JSON.parse(name) as string, this.crew))
    this.#loadSettings()
    const counts = this.sql.all<{ op: number; stage: number; count: number }>(
      'SELECT op, stage, count(*) AS count FROM tasks INDEXED BY task_stages GROUP BY op, stage',
    )
    for (const { op, stage, count } of counts) this.#count(this.numbered(op), stage, count)
    this.committed()
  }

  get(name: string): Operation | undefined {
    return this.#byName.get(name)
  }

  /** The operation of a row in the file. */
  numbered(op: number): Operation {
    const found = this.#byNumber.get(op)
    if (found === undefined) throw new Error(`the file names an operation ${op} that it does not have`)
    return found
  }

  /** The operation, stored if it is new. */
  named(name: string): Operation {
    const known = this.#byName.get(name)
    if (known !== undefined) return known
    const text = JSON.stringify(name)
    this.sql.run('INSERT INTO operations (name) VALUES (?)', text)
    const { op } = this.sql.get<{ op: number }>('SELECT op FROM operations WHERE name = ?', text)!
    const added = new Operation(op, name, this.crew)
    this.#added.push(added)
    return this.#keep(added)
  }

  all(): Operation[] {
    return [...this.#byName.values()]
  }

  setPaused(op: Operation, paused: boolean): void {
    op.paused = paused
    this.sql.run('UPDATE operations SET paused = ? WHERE op = ?', paused ? 1 : 0, op.number)
  }

  setLimit(op: Operation, limit: number | undefined): void {
    op.limit = limit
    this.sql.run('UPDATE operations SET concurrency = ? WHERE op = ?', limit ?? null, op.number)
  }

  setDescription(op: Operation, description: OperationDescription): void {
    op.described = description
    this.sql.run('UPDATE operations SET described = ? WHERE op = ?', JSON.stringify(description), op.number)
  }

  /** A task has come (`from` undefined), gone (`to` undefined), or moved. */
  moved(op: Operation, from: number | undefined, to: number | undefined): void {
    this.#journal.push({ op, from, to })
    this.#move(op, from, to)
  }

  committed(): void {
    this.#journal = []
    this.#added = []
  }

  /** Where the transaction stands, for {@link Operations.undo}. */
  get mark(): number {
    return this.#journal.length
  }

  /** Forgets what was counted and set since, or in the whole transaction. The file is back already. */
  undo(mark = 0): void {
    for (const { op, from, to } of this.#journal.splice(mark)) this.#move(op, to, from)
    const stored = new Set(this.sql.all<{ op: number }>('SELECT op FROM operations').map(({ op }) => op))
    for (const op of this.#added.filter(({ number }) => !stored.has(number))) {
      this.#byName.delete(op.name)
      this.#byNumber.delete(op.number)
    }
    this.#added = this.#added.filter(({ number }) => stored.has(number))
    this.#loadSettings()
  }

  #move(op: Operation, from: number | undefined, to: number | undefined): void {
    if (from !== undefined) this.#count(op, from, -1)
    if (to !== undefined) this.#count(op, to, 1)
  }

  #count(op: Operation, stage: number, by: number): void {
    op.add(stage, by)
    if (stateOf(stage) === 'NEW') this.waiting += by
    else if (isEndStage(stage)) this.ended += by
  }

  #loadSettings(): void {
    const settings = this.sql.all<SettingsRecord>('SELECT op, paused, concurrency, described FROM operations')
    for (const { op, paused, concurrency, described } of settings) {
      const operation = this.numbered(op)
      operation.paused = paused === 1
      operation.limit = concurrency ?? undefined
      operation.described = parsedIf<OperationDescription>(described)
    }
  }

  #keep(op: Operation): Operation {
    this.#byName.set(op.name, op)
    this.#byNumber.set(op.number, op)
    return op
  }
}
