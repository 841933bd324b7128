import assert from 'node:assert/strict'
import type { Task } from '../../core/task.ts'
import type { Engine } from '../../engine/contract.ts'
import type { RecordingHost } from './host.ts'
import type { TestTime } from './time.ts'
import { essence } from './witness.ts'

/** How long {@link Rig.told} waits for what an engine tells with a delay, ms of real time. */
const PATIENCE = 2_000

/** An opened engine with a host that records what it tells, and sweeps it when it asks for that. */
export class Rig {
  readonly time: TestTime
  readonly host: RecordingHost
  readonly engine: Engine

  constructor(engine: Engine, host: RecordingHost, time: TestTime) {
    this.engine = engine
    this.host = host
    this.time = time
  }

  /** So many ticks as milliseconds. */
  ticks(count: number): number {
    return Math.round(count * this.time.tick)
  }

  /** Time passes; the engine is swept whenever it asked for that, and at no other time. */
  async pass(ticks: number): Promise<void> {
    const end = this.time.now() + this.ticks(ticks) + (this.time.fake ? 0 : 5)
    let next: number | undefined
    // What is left over of a large sweep goes on at once, also where that takes more time than should pass.
    const isWanted = () => (this.host.nextSweep ?? Infinity) <= end || next === 0
    for (let sweeps = 0; isWanted(); sweeps++) {
      assert.ok(sweeps < 10_000, 'the engine wants to be swept again and again, without end')
      await this.time.until(this.host.nextSweep ?? 0)
      next = await this.sweep()
    }
    await this.time.until(end)
    await this.time.settled()
  }

  async sweep(): Promise<number | undefined> {
    this.host.nextSweep = undefined
    const next = await this.engine.sweep()
    if (next !== undefined) this.host.due(next)
    return next
  }

  /** Waits until the engine has told enough for `isTrue`. */
  async told(what: string, isTrue: () => boolean): Promise<void> {
    await this.time.settled()
    if (isTrue()) return
    assert.ok(!this.time.fake, `the engine did not tell ${what}`)
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new assert.AssertionError({ message: `the engine did not tell ${what}` })),
        PATIENCE,
      )
      const stop = this.host.whenTold(() => {
        if (!isTrue()) return
        clearTimeout(timer)
        stop()
        resolve()
      })
    })
  }

  sameTime(actual: number | undefined, expected: number, what: string): void {
    assert.ok(actual !== undefined, `${what} is missing`)
    const apart = Math.abs(actual - expected)
    assert.ok(apart <= this.time.tolerance, `${what} is ${actual}, ${apart} ms from ${expected}`)
  }

  /** Both show the same version of the same task. */
  same(actual: Task | undefined, expected: Task | undefined): void {
    assert.deepEqual(actual && essence(actual), expected && essence(expected))
    assert.equal(actual?.waitingFor, expected?.waitingFor)
  }

  /** Time passes until it is so, thirty ticks at most: what another process did, or left, is noticed in time. */
  async soon(what: string, isTrue: () => Promise<boolean>): Promise<void> {
    for (let ticks = 0; !(await isTrue()); ticks++) {
      assert.ok(ticks < 30, `in vain waited for: ${what}`)
      await this.pass(1)
    }
  }

  /** Looks at what must hold at the end of any case. */
  async verify(): Promise<void> {
    await this.time.settled()
    if (this.host.witness.alone) await this.#eventually(() => this.#verifyLast())
    assert.deepEqual(this.host.witness.faults.slice(0, 5), [])
  }

  /** What an engine of real time tells may be on its way still. */
  async #eventually(look: () => Promise<void>): Promise<void> {
    const end = this.time.now() + (this.time.fake ? 0 : PATIENCE)
    for (;;) {
      try {
        return await look()
      } catch (error) {
        if (this.time.now() >= end) throw error
        await this.time.settled()
      }
    }
  }

  async #verifyLast(): Promise<void> {
    for (const [id, event] of this.host.witness.last) {
      const task = await this.engine.get(id)
      if (event.type === 'deleted')
        assert.equal(task, undefined, `${id} was told of as deleted, and is there`)
      else if (this.host.isListening) {
        assert.ok(task, `${id} is gone, and nobody was told`)
        assert.deepEqual(
          essence(task),
          essence(event.task),
          `the last event of ${id} is not the task as it is`,
        )
      }
    }
  }
}
