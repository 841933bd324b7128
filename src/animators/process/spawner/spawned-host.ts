import { noteFamily, type Family } from '../host/family.ts'
import { sweepFifos } from '../host/fifos.ts'
import { removeNote } from '../host/notes.ts'
import { SpawnerLost, type HostedRun, type LaunchOrder, type ProcessHost } from '../host/order.ts'
import { Reaper } from '../host/reaper.ts'
import type { FromSpawner } from './messages.ts'
import { SpawnedRun } from './spawned-run.ts'
import { SpawnerProcess, type SpawnerEnd } from './spawner-process.ts'

/** A spawner that does not leave when it is told to is killed so long after its processes should have ended, ms. */
const LEAVE_WITHIN = 5_000
/** The same where it has none, ms: a manager does not wait for longer than 5 s. */
const LEAVE_IDLE_WITHIN = 3_000
/**
 * One that says nothing for so long when it has to stop a process is suspended, or its disk does not answer, ms: it stops nothing
 * any more. Less than the time that a canceled run has beyond its `killAfter`.
 */
const ANSWER_WITHIN = 8_000

/**
 * Has processes started by a spawner, so that neither the size of the service nor its other work slows that down, and the
 * other way round. The spawner is started with the first process, and again when it has died. It holds the service open only
 * while something runs.
 */
export class SpawnedHost implements ProcessHost {
  readonly #script: string
  readonly #lost: (end: SpawnerEnd) => void
  readonly #family: Family | undefined
  readonly #reaper = new Reaper()
  readonly #runs = new Map<number, SpawnedRun>()
  /** Runs of spawners that have died, which are being ended. */
  readonly #ending = new Set<Promise<void>>()
  #spawner: SpawnerProcess | undefined
  #next = 1
  #closing: Promise<void> | undefined

  /**
   * @param lost is called when a spawner has died that nobody told to leave
   * @param family of all that are started
   */
  constructor(script: string, lost: (end: SpawnerEnd) => void = () => {}, family?: Family) {
    this.#script = script
    this.#lost = lost
    this.#family = family
  }

  /** Of the spawner, where there is one. */
  get pid(): number | undefined {
    return this.#spawner?.pid
  }

  launch(order: LaunchOrder): HostedRun {
    if (this.#closing !== undefined) throw new Error('no process is started any more: its host is closed')
    const number = this.#next++
    const run = new SpawnedRun(order, () => {
      spawner?.say({ say: 'stop', run: number })
      spawner?.answerWithin(ANSWER_WITHIN)
    })
    const spawner = this.#present(run)
    if (spawner === undefined) return run
    this.#runs.set(number, run)
    spawner.hold(true)
    spawner.say({ say: 'launch', run: number, order })
    return run
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  /** The spawner, started where there is none; undefined where it cannot be, and the run has failed of it. */
  #present(run: SpawnedRun): SpawnerProcess | undefined {
    try {
      return (this.#spawner ??= this.#start())
    } catch (error) {
      run.fail(error)
      return undefined
    }
  }

  #start(): SpawnerProcess {
    const spawner = new SpawnerProcess(this.#script, this.#family, (message) => this.#heard(message))
    // It has been told of no process yet.
    if (this.#family !== undefined && spawner.pid !== undefined) noteFamily(this.#family, spawner.pid)
    spawner.ended.then(
      (end) => this.#gone(end),
      (error: unknown) => this.#unborn(error),
    )
    return spawner
  }

  #heard(message: FromSpawner): void {
    if (message.say === 'here') return
    const run = this.#runs.get(message.run)
    if (run === undefined) return
    if (message.say === 'ended' || message.say === 'failed') this.#forget(message.run, run)
    run.heard(message)
  }

  #forget(number: number, { order }: SpawnedRun): void {
    this.#runs.delete(number)
    // The spawner left the end of this one there, in case that nobody would hear of it.
    if (order.running !== undefined && order.leftover === 'adopt') removeNote(order.running, order)
    if (this.#runs.size === 0) this.#spawner?.hold(false)
  }

  #unborn(error: unknown): void {
    this.#spawner = undefined
    const runs = [...this.#runs.values()]
    this.#runs.clear()
    for (const run of runs) run.fail(error)
  }

  /** It has died, and nobody listens to its processes any more: they are ended. */
  #gone(end: SpawnerEnd): void {
    this.#spawner = undefined
    const runs = [...this.#runs.values()]
    this.#runs.clear()
    if (this.#closing === undefined) this.#lost(end)
    void sweepFifos()
    for (const run of runs) {
      const ending = this.#endAlone(run, end).finally(() => this.#ending.delete(ending))
      this.#ending.add(ending)
    }
  }

  async #endAlone(run: SpawnedRun, { exitCode, signal, lastWords }: SpawnerEnd): Promise<void> {
    const { order, known } = run
    await this.#reaper.endLeftover(known?.identity, order)
    if (order.running !== undefined) removeNote(order.running, order)
    const how = signal === null ? `exited with code ${exitCode}` : `was ended by ${signal}`
    const what = lastWords === '' ? '' : `: ${lastWords}`
    run.fail(new SpawnerLost(`the process that started and listened to this one ${how}${what}`))
  }

  async #close(): Promise<void> {
    const runs = [...this.#runs.values()]
    for (const run of runs) run.stop()
    const slowest = Math.max(0, ...runs.map(({ order }) => order.killAfter))
    // One that does not do what it is told, because it is suspended or its disk does not answer.
    const inTime = runs.length === 0 ? LEAVE_IDLE_WITHIN : slowest + LEAVE_WITHIN
    const late = setTimeout(() => this.#spawner?.kill(), inTime)
    await Promise.allSettled(runs.map((run) => run.ended))
    this.#spawner?.hold(true)
    this.#spawner?.say({ say: 'close' })
    await this.#spawner?.ended.catch(() => {})
    clearTimeout(late)
    await Promise.all(this.#ending)
  }
}
