import assert from 'node:assert/strict'
import type { TaskFilter } from '../../core/query.ts'
import { TASK_SORTS } from '../../core/query.ts'
import { TASK_STATES, isEnded } from '../../core/states.ts'
import type { Task } from '../../core/task.ts'
import type { Claim } from '../../engine/contract.ts'
import type { Bench } from './bench.ts'
import { inOrder, listed } from './naive.ts'
import { Outlivers } from './outlivers.ts'
import type { Step } from './steps.ts'
import { essence } from './witness.ts'

const OPERATIONS = ['A', 'B']
const ROOM = 2

/** What a random sequence of calls has made so far, and what must hold after each of them. */
export class World {
  readonly #bench: Bench
  readonly #ids: string[] = []
  readonly #keys = new Map<string, string>()
  readonly #dedupKeys = new Map<string, string>()
  readonly #claims: Claim[] = []
  readonly #outlivers = new Outlivers()
  readonly #limits = new Map<string, number | undefined>()
  readonly #seen = new Map<string, Task>()

  constructor(bench: Bench) {
    this.#bench = bench
  }

  /** Makes the call; one that needs a task or a claim does nothing while there is none. */
  async make(step: Step): Promise<void> {
    const t = this.#bench
    switch (step.call) {
      case 'insert':
        return this.#insert(step)
      case 'claim':
        return this.#claim(step)
      case 'pause':
        return t.engine.pause(step.operation, step.paused)
      case 'limit':
        this.#limits.set(step.operation, step.most)
        return t.engine.limit(step.operation, step.most)
      case 'pass':
        return t.pass(step.ticks)
      case 'cancel':
      case 'activate':
      case 'remove':
      case 'supersede':
      case 'priority':
        return this.#fromOutside(step, picked(this.#ids, step.task))
      default:
        return this.#fromRun(step, picked(this.#claims, step.run))
    }
  }

  async #insert({ wanted, after, parent }: Extract<Step, { call: 'insert' }>): Promise<void> {
    const other = picked(this.#ids, after)
    const parentId = picked(this.#ids, parent)
    const draft = this.#bench.draft({
      ...wanted,
      ...(other === undefined ? {} : { after: [{ id: other, on: 'success' }] }),
      ...(parentId === undefined ? {} : { parentId }),
    })
    const [result] = await this.#bench.engine.insert([draft])
    if (result?.kind !== 'stored') return
    this.#ids.push(draft.id)
    if (wanted.concurrencyKey !== undefined) this.#keys.set(draft.id, wanted.concurrencyKey)
    if (wanted.dedupKey !== undefined) this.#dedupKeys.set(draft.id, `${draft.operation} ${wanted.dedupKey}`)
  }

  async #claim({ limit, lease, tags, interrupts }: Extract<Step, { call: 'claim' }>): Promise<void> {
    const expected = this.#claimable(await this.#tasks(), limit, tags)
    const claims = await this.#bench.claim({
      room: new Map(OPERATIONS.map((operation) => [operation, ROOM])),
      limit,
      lease,
      tags,
      interrupts:
        interrupts === undefined ? undefined : new Map(OPERATIONS.map((name) => [name, interrupts] as const)),
    })
    assert.deepEqual(
      claims.map((claim) => claim.id),
      expected,
      'what was claimed',
    )
    for (const claim of claims)
      this.#outlivers.started(claim, lease === undefined ? undefined : this.#now + lease)
    this.#claims.push(...claims)
  }

  /**
   * What waits for a slot is what can be claimed: by priority and creation, within the room and the limits, if the tags
   * fit, one per key.
   */
  #claimable(tasks: readonly Task[], limit: number, tags: readonly string[] | undefined): string[] {
    const fitting = tasks.filter(
      (task) =>
        task.state === 'NEW' &&
        task.waitingFor === 'slot' &&
        (tags === undefined || task.tags.every((tag) => tags.includes(tag))),
    )
    fitting.sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1))
    const room = new Map(OPERATIONS.map((operation) => [operation, this.#places(operation, tasks)]))
    const keys = new Set<string>()
    const claimable: string[] = []
    for (const { id, operation } of fitting) {
      const key = this.#keys.get(id)
      const free = room.get(operation)!
      if (claimable.length === limit || free <= 0 || (key !== undefined && keys.has(key))) continue
      claimable.push(id)
      room.set(operation, free - 1)
      if (key !== undefined) keys.add(key)
    }
    return claimable
  }

  #places(operation: string, tasks: readonly Task[]): number {
    const active = tasks.filter((task) => task.operation === operation && task.state === 'ACTIVE').length
    const running = active + this.#outlivers.count(operation, this.#now)
    return Math.min(ROOM, (this.#limits.get(operation) ?? Infinity) - running)
  }

  get #now(): number {
    return this.#bench.time.now()
  }

  async #fromOutside(step: Extract<Step, { task: number }>, id: string | undefined): Promise<void> {
    const t = this.#bench
    if (id === undefined) return
    if (step.call === 'cancel') await t.cancel(id)
    else if (step.call === 'activate') await t.update(id, { activate: true })
    else if (step.call === 'priority') await t.update(id, { priority: step.priority })
    else if (step.call === 'supersede') {
      if (await this.#isRunning(id)) this.#outlivers.outlives(id)
      await t.supersede(id, step.state)
    } else await t.engine.remove([id])
  }

  async #fromRun(step: Extract<Step, { run: number }>, claim: Claim | undefined): Promise<void> {
    const t = this.#bench
    if (claim === undefined) return
    const holds = this.#outlivers.isLast(claim) && (await this.#isRunning(claim.id))
    if (step.call === 'amend')
      await t.amend(claim, {
        state: step.to,
        ...(step.to === 'WAITING' ? { waitingFor: step.waitingFor } : {}),
      })
    else if (step.call === 'progress') await t.progress(claim, { percent: step.percent })
    else if (step.call === 'renew') {
      await t.engine.renew([claim], t.ticks(2))
      this.#outlivers.renewed(claim, this.#now, t.ticks(2))
    } else {
      const goesOn = step.call === 'end' && step.stillRunning
      if (goesOn && holds) this.#outlivers.outlives(claim.id)
      if (!goesOn && !holds) this.#outlivers.gone(claim)
      if (step.call === 'end') await t.end(claim, step.state, { stillRunning: step.stillRunning })
      else if (step.call === 'retry') await t.retry(claim, step.delay)
      else if (step.call === 'release') await t.release(claim)
      else await t.gone(claim)
    }
  }

  async #isRunning(id: string): Promise<boolean> {
    const state = (await this.#bench.engine.get(id))?.state
    return state === 'ACTIVE' || state === 'WAITING'
  }

  async check(): Promise<void> {
    const tasks = await this.#tasks()
    for (const task of tasks) this.#checkHistory(task)
    this.#checkLimits(tasks)
    await this.#checkLists(tasks)
    await this.#checkCounts(tasks)
  }

  /** Lets all end that can: nothing is left behind but what somebody has to start, and what waits for that. */
  async finish(): Promise<void> {
    const t = this.#bench
    for (const operation of OPERATIONS) {
      await t.engine.pause(operation, false)
      await t.engine.limit(operation, undefined)
    }
    for (let idle = 0; idle < 2;) {
      for (const claim of this.#claims.splice(0)) await t.end(claim)
      await t.pass(5)
      this.#claims.push(...(await t.claim()))
      idle = this.#claims.length === 0 ? idle + 1 : 0
    }
    const left = (await this.#tasks()).filter((task) => !isEnded(task.state))
    const why = left.map((task) => `${task.state} ${task.waitingFor}`)
    assert.deepEqual(
      why.filter((each) => each !== 'NEW start' && each !== 'NEW dependency'),
      [],
    )
  }

  /** Versions only grow, one version is one content, and nothing of an ended task changes. */
  #checkHistory(task: Task): void {
    const before = this.#seen.get(task.id)
    this.#seen.set(task.id, task)
    if (before === undefined) return
    assert.ok(
      task.version >= before.version,
      `${task.id} went from version ${before.version} back to ${task.version}`,
    )
    if (task.version === before.version || isEnded(before.state))
      assert.deepEqual(essence(task), essence(before))
  }

  #checkLimits(tasks: readonly Task[]): void {
    const running = tasks.filter((task) => task.state === 'ACTIVE' || task.state === 'WAITING')
    assertUnique(
      running.map((task) => this.#keys.get(task.id)),
      'tasks with one concurrencyKey run at once',
    )
    const unfinished = tasks.filter((task) => !isEnded(task.state))
    assertUnique(
      unfinished.map((task) => this.#dedupKeys.get(task.id)),
      'tasks with one dedupKey are unfinished',
    )
    if (!this.#bench.engine.traits.durable)
      assert.equal(this.#bench.host.unfinishedCalls.at(-1) ?? false, unfinished.length > 0)
  }

  async #checkLists(tasks: readonly Task[]): Promise<void> {
    const parents = [...new Set(tasks.map((task) => task.parentId))].filter((id) => id !== undefined)
    const filters: TaskFilter[] = [
      {},
      { tag: ['x'] },
      { text: 'needle', tag: ['x', 'y'] },
      { visible: { all: [], own: OPERATIONS, owner: 'bob' } },
      { visible: { all: ['A'], own: ['B'], owner: 'ann' } },
      ...TASK_STATES.map((state) => ({ state: [state] })),
      ...OPERATIONS.map((operation) => ({ operation: [operation], tag: ['y'] })),
      ...parents.map((parentId) => ({ parentId })),
    ]
    for (const [i, filter] of filters.entries()) {
      const sort = TASK_SORTS[(i + tasks.length) % TASK_SORTS.length]!
      const expected = listed(tasks, filter, sort)
      const page = await this.#bench.page({ ...filter, sort })
      const what = JSON.stringify({ sort, ...filter })
      assert.ok(inOrder(page.items, sort), `the order of ${what}`)
      assert.deepEqual(page.items.map((task) => task.id).sort(), expected.map((task) => task.id).sort(), what)
      assert.equal(page.total, expected.length, `the total of ${what}`)
      assert.equal(
        await this.#bench.engine.count(filter),
        listed(tasks, filter, 'id').length,
        `the count of ${what}`,
      )
    }
  }

  async #checkCounts(tasks: readonly Task[]): Promise<void> {
    for (const { name, counts } of await this.#bench.engine.operations()) {
      for (const state of TASK_STATES) {
        const expected = tasks.filter((task) => task.operation === name && task.state === state).length
        assert.equal(counts[state], expected, `how many tasks of ${name} are ${state}`)
      }
    }
  }

  async #tasks(): Promise<Task[]> {
    const tasks = await Promise.all(this.#ids.map((id) => this.#bench.engine.get(id)))
    return tasks.filter((task) => task !== undefined)
  }
}

function picked<T>(list: readonly T[], number: number | undefined): T | undefined {
  return number === undefined ? undefined : list[number % list.length]
}

function assertUnique(keys: readonly (string | undefined)[], what: string): void {
  const given = keys.filter((key) => key !== undefined)
  assert.equal(new Set(given).size, given.length, `several ${what}`)
}
