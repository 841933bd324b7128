import assert from 'node:assert/strict'
import type { Progress, Task } from '../../core/task.ts'
import type { EndState } from '../../core/states.ts'
import type { OutputDraft, OutputPage, OutputStream } from '../../core/output.ts'
import type { TaskQuery } from '../../core/query.ts'
import type {
  Amendment,
  CancelAnswer,
  CancelOrder,
  Claim,
  ClaimWish,
  Draft,
  DraftExtras,
  Engine,
  Holding,
  InsertResult,
  OutsideChange,
  Settlement,
  StoreQuery,
  UpdateAnswer,
} from '../../engine/contract.ts'
import { deepFreeze } from './freeze.ts'
import type { Family } from './family.ts'
import type { RecordingHost } from './host.ts'
import { Rig } from './rig.ts'
import { CLOSING, FAILURE, FROM_OUTSIDE, RETURNED, THREW } from './samples.ts'

/** What a case asks of a draft; the rest is filled in. */
export type Wanted = Partial<Omit<Draft, 'extras'>> & DraftExtras

/** An opened engine, and short words for what the cases do with it again and again. */
export class Bench extends Rig {
  readonly #family: Family
  /** What its claims say of who claims. */
  readonly #worker: string

  constructor(engine: Engine, host: RecordingHost, family: Family) {
    super(engine, host, family.time)
    this.#family = family
    this.#worker = `worker-${family.size}`
  }

  /** The first engine of a case. */
  static async open(family: Family): Promise<Bench> {
    const { engine, host } = await family.first()
    return family.join(new Bench(engine, host, family))
  }

  /** A second process beside this one, on the same store. */
  async beside(): Promise<Bench> {
    const { engine, host } = await this.#family.another(this.engine)
    return this.#family.join(new Bench(engine, host, this.#family))
  }

  /** The engine of the next life, after this one was closed. Nothing more may be asked of this one. */
  async restarted(): Promise<Bench> {
    await this.engine.close()
    return this.killed()
  }

  /** The engine of the next life, after the process of this one was killed. Nothing more may be asked of this one. */
  killed(): Promise<Bench> {
    this.#family.leave(this)
    return this.beside()
  }

  draft(wanted: Wanted = {}): Draft {
    const {
      id = this.newId(),
      operation = 'SWEEP',
      args = {},
      priority = 0,
      tags = [],
      retain = 3_600_000,
      ...extras
    } = wanted
    this.#family.operations.add(operation)
    const draft = { id, operation, args, priority, tags, retain }
    return deepFreeze(Object.keys(extras).length === 0 ? draft : { ...draft, extras })
  }

  newId(): string {
    return this.#family.newId()
  }

  insert(...wanted: readonly Wanted[]): Promise<InsertResult[]> {
    return this.engine.insert(wanted.map((each) => this.draft(each)))
  }

  /** Stores a task, which must not be refused. */
  async add(wanted: Wanted = {}): Promise<Task> {
    const [result] = await this.insert(wanted)
    assert.equal(result?.kind, 'stored', JSON.stringify(result))
    return result.task
  }

  async addMany(count: number, wanted: Wanted = {}): Promise<Task[]> {
    const tasks: Task[] = []
    while (tasks.length < count) {
      const batch = Array.from({ length: Math.min(1_000, count - tasks.length) }, () => wanted)
      for (const result of await this.insert(...batch)) {
        assert.equal(result.kind, 'stored', JSON.stringify(result))
        tasks.push(result.task)
      }
    }
    return tasks
  }

  /** Claims what may run of the operations seen so far. */
  claim(wish: Partial<ClaimWish> = {}): Promise<Claim[]> {
    const room = new Map([...this.#family.operations].map((operation) => [operation, 1_000]))
    return this.engine.claim({ worker: this.#worker, room, limit: 1_000, lease: undefined, ...wish })
  }

  /** The ids of what may run now, in order; claims them. */
  async claimIds(wish: Partial<ClaimWish> = {}): Promise<string[]> {
    return (await this.claim(wish)).map((claim) => claim.id)
  }

  /** Claims the only task that may run now. */
  async claimOnly(id: string, wish: Partial<ClaimWish> = {}): Promise<Claim> {
    const claims = await this.claim(wish)
    assert.deepEqual(
      claims.map((claim) => claim.id),
      [id],
      'the tasks that were claimed',
    )
    return claims[0]!
  }

  /** A task in the hands of a run. Nothing else may be ready. */
  async run(wanted: Wanted = {}, wish: Partial<ClaimWish> = {}): Promise<Claim> {
    const task = await this.add(wanted)
    return this.claimOnly(task.id, wish)
  }

  async settle(
    holding: Holding,
    outcome: Settlement['outcome'],
    more: Partial<Settlement> = {},
  ): Promise<Task | undefined> {
    const [task] = await this.engine.settle([
      deepFreeze({ id: holding.id, lease: holding.lease, outcome, ...more }),
    ])
    return task
  }

  end(
    holding: Holding,
    state: EndState = 'SUCCEEDED',
    more: { stillRunning?: boolean } = {},
  ): Promise<Task | undefined> {
    const reason = state === 'FAILED' ? THREW : RETURNED
    return this.settle(holding, {
      kind: 'end',
      state,
      reason,
      ...(state === 'FAILED' ? { error: FAILURE } : {}),
      ...more,
    })
  }

  retry(holding: Holding, delay = 0): Promise<Task | undefined> {
    return this.settle(holding, { kind: 'retry', delay, reason: THREW, error: FAILURE })
  }

  release(holding: Holding): Promise<Task | undefined> {
    return this.settle(holding, { kind: 'release', reason: CLOSING })
  }

  gone(holding: Holding): Promise<Task | undefined> {
    return this.settle(holding, { kind: 'gone' })
  }

  /** A task that ran and ended. */
  async ended(wanted: Wanted = {}, state: EndState = 'SUCCEEDED'): Promise<Task> {
    const task = await this.end(await this.run(wanted), state)
    assert.equal(task?.state, state)
    return task
  }

  /** One change within a run, under the next sequence number. */
  async amend(holding: Holding, change: Partial<Amendment>): Promise<Task | undefined> {
    const [task] = await this.engine.amend([
      deepFreeze({ id: holding.id, lease: holding.lease, seq: this.#family.newSeq(), ...change }),
    ])
    return task
  }

  write(holding: Holding, ...entries: readonly OutputDraft[]): Promise<Task | undefined> {
    return this.amend(holding, { output: { entries } })
  }

  async progress(holding: Holding, progress: Omit<Progress, 'time'>): Promise<Task | undefined> {
    return this.amend(holding, { progress })
  }

  async cancel(id: string, order: Partial<CancelOrder> = {}): Promise<CancelAnswer> {
    const [answer] = await this.engine.requestCancel([
      { id, code: 'canceled', message: 'not needed any more', by: 'ann', ...order },
    ])
    assert.ok(answer)
    return answer
  }

  update(id: string, change: OutsideChange): Promise<UpdateAnswer> {
    return this.engine.update(id, deepFreeze(change))
  }

  /** Ends a task from outside. */
  supersede(id: string, state: EndState = 'SKIPPED'): Promise<UpdateAnswer> {
    return this.update(id, { end: { state, reason: FROM_OUTSIDE }, by: 'ann' })
  }

  /** The task, which must be there. */
  async get(id: string): Promise<Task> {
    const task = await this.engine.get(id)
    assert.ok(task, `task ${id} is gone`)
    return task
  }

  async isThere(id: string): Promise<boolean> {
    return (await this.engine.get(id)) !== undefined
  }

  /** A page that is not refused. */
  async page(query: TaskQuery = {}) {
    const answer = await this.engine.list(this.query(query))
    assert.ok(answer !== 'invalid-cursor', 'the cursor was refused')
    return answer
  }

  query(query: TaskQuery = {}): StoreQuery {
    return { sort: 'id', limit: 1_000, ...query }
  }

  /** The ids of all that the query finds, page by page. */
  async ids(query: TaskQuery = {}): Promise<string[]> {
    const ids: string[] = []
    let cursor: string | undefined
    do {
      const page = await this.page({ ...query, ...(cursor === undefined ? {} : { cursor }) })
      ids.push(...page.items.map((task) => task.id))
      cursor = page.cursor
    } while (cursor !== undefined)
    return ids
  }

  async output(
    id: string,
    stream: OutputStream,
    query: { after?: number; limit?: number; tail?: number } = {},
  ): Promise<OutputPage> {
    const page = await this.engine.readOutput(id, { stream, after: 0, limit: 1_000, ...query })
    assert.ok(page, `task ${id} has no output: it is gone`)
    return page
  }
}
