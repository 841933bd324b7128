import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { temporaryFiles } from '../../src/files/index.ts'
import { safeLogger } from '../../src/core/logger.ts'

describe('A temporary store of files', () => {
  it('removes what processes have left that were killed, and nothing of those that live', async () => {
    const { pid } = spawnSync('true')
    const place = (of: number | string): string =>
      join(tmpdir(), `majordomo-files-${hostname().replaceAll(/[^\w.]/g, '_')}-${of}-test`)
    const [dead, alive, odd] = [place(pid), place(process.ppid), place('x')]
    for (const folder of [dead, alive, odd]) mkdirSync(join(folder, 't1/files'), { recursive: true })
    const store = temporaryFiles()
    await store.open({ logger: safeLogger(undefined) })
    const { folder } = await store.provide('t1')
    expect([dead, alive, odd, folder].map(existsSync)).to.deep.equal([false, true, true, true])
    await store.close()
    expect(existsSync(dirname(dirname(folder)))).to.equal(false)
    for (const folder of [alive, odd]) rmSync(folder, { recursive: true })
  })
})
