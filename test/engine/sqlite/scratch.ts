import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine, EngineRules } from '../../../src/engine/contract.ts'
import { sqlite, type SqliteEngine, type SqliteOptions } from '../../../src/engine/sqlite/index.ts'
import { FakeClock } from '../../../src/testing/index.ts'
import { RecordingHost } from '../../../src/testing/conformance/host.ts'

/** What the tests of one file work with: new folders, and engines with their hosts; all of it is gone after each test. */
export class Scratch {
  readonly clock = new FakeClock()
  readonly #folders: string[] = []
  readonly #engines: Engine[] = []

  constructor() {
    afterEach(() => this.clear())
  }

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'majordomo-sqlite-'))
    this.#folders.push(folder)
    return folder
  }

  file(): string {
    return join(this.folder(), 'tasks.db')
  }

  /** An open engine. */
  async engine(
    options: SqliteOptions,
    { clock = this.clock, rules = {} }: { clock?: FakeClock; rules?: Partial<EngineRules> } = {},
  ): Promise<{ engine: SqliteEngine; host: RecordingHost }> {
    const host = new RecordingHost(clock, { ageing: undefined, maxEnded: undefined, ...rules }, false)
    const engine = sqlite(options)
    this.#engines.push(engine)
    await engine.open(host)
    return { engine, host }
  }

  /** Closes all engines. */
  async close(): Promise<void> {
    for (const engine of this.#engines.splice(0)) await engine.close()
  }

  async clear(): Promise<void> {
    await this.close()
    for (const folder of this.#folders.splice(0)) rmSync(folder, { recursive: true })
  }
}
