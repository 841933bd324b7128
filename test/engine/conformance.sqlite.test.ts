import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '../../src/engine/contract.ts'
import { sqlite } from '../../src/engine/sqlite/index.ts'
import { engineConformance } from '../../src/testing/index.ts'

describe('On a file', function () {
  // The machine may be busy, and each case writes a file.
  this.timeout(60_000)
  const files = new Map<Engine, string>()
  const scratch: string[] = []

  /** A path in a new folder, which is removed when all cases are done. */
  function newFile(): string {
    const directory = mkdtempSync(join(tmpdir(), 'majordomo-sqlite-'))
    scratch.push(directory)
    return join(directory, 'tasks.db')
  }

  function engineOn(file: string): Engine {
    const engine = sqlite({ file, outputBytes: 100_000 })
    files.set(engine, file)
    return engine
  }

  /** What is on the disk at this moment, which is what a kill would leave. */
  function left(file: string): string {
    const copy = newFile()
    for (const end of ['', '-wal']) if (existsSync(file + end)) cpSync(file + end, copy + end)
    return copy
  }

  afterEach(() => {
    for (const directory of scratch.splice(0)) rmSync(directory, { recursive: true })
    files.clear()
  })

  engineConformance({
    name: 'sqlite',
    traits: { durable: true, shared: false },
    make: () => engineOn(newFile()),
    another: (engine) => engineOn(left(files.get(engine)!)),
    beyondOutputLimit: 200_000,
    describe,
    it,
  })
})
