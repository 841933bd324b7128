import type { Engine, EngineRules } from '../../engine/contract.ts'
import { RecordingHost } from './host.ts'
import type { Rig } from './rig.ts'
import { testTime, type TestTime } from './time.ts'

/** How the engines of a case are made. */
export interface Setting {
  readonly clock: 'fake' | 'real'
  make(time: TestTime): Engine | Promise<Engine>
  another(engine: Engine, time: TestTime): Engine | Promise<Engine>
  /** `ageing` in ticks; without any rule by default. */
  readonly rules?: Partial<EngineRules> | undefined
}

/** What the engines of one case have in common: their time, and names that no two of them may give twice. */
export class Family {
  readonly time: TestTime
  readonly operations = new Set<string>()
  readonly #setting: Setting
  readonly #opened: Engine[] = []
  /** Those whose process lives. */
  readonly #alive = new Set<Rig>()
  #ids = 0
  #seq = 0

  constructor(setting: Setting) {
    this.#setting = setting
    this.time = testTime(setting.clock)
  }

  /** Sorts after all that were made before, and before the names that cases give. */
  newId(): string {
    return String(++this.#ids).padStart(6, '0')
  }

  /** The sequence number of the next amendment. */
  newSeq(): number {
    return ++this.#seq
  }

  first(): Promise<{ engine: Engine; host: RecordingHost }> {
    return this.#open(this.#setting.make(this.time))
  }

  another(engine: Engine): Promise<{ engine: Engine; host: RecordingHost }> {
    return this.#open(this.#setting.another(engine, this.time))
  }

  /** How many engines there were. */
  get size(): number {
    return this.#opened.length
  }

  join<R extends Rig>(rig: R): R {
    this.#alive.add(rig)
    if (this.#alive.size > 1) for (const { host } of this.#alive) host.witness.alone = false
    return rig
  }

  leave(rig: Rig): void {
    this.#alive.delete(rig)
  }

  /** Looks at what must hold at the end of any case. */
  async verify(): Promise<void> {
    for (const rig of this.#alive) await rig.verify()
  }

  /** Closes all engines, those whose process is dead too: what they still hold of this process has to go. */
  async close(): Promise<void> {
    for (const engine of this.#opened.splice(0).toReversed()) await engine.close()
  }

  async #open(made: Engine | Promise<Engine>): Promise<{ engine: Engine; host: RecordingHost }> {
    const { ageing, maxEnded } = this.#setting.rules ?? {}
    const host = new RecordingHost(
      this.time,
      { ageing: ageing === undefined ? undefined : ageing * this.time.tick, maxEnded },
      this.size === 0,
    )
    const engine = await made
    this.#opened.push(engine)
    await engine.open(host)
    return { engine, host }
  }
}
