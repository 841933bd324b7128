import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { temporaryFiles } from '../../src/files/index.ts'
import { safeLogger } from '../../src/core/logger.ts'
import { identityOf } from '../../src/machine/proc.ts'

describe('A temporary store of files', () => {
  it('removes what processes have left that were killed, and nothing of those that live', async () => {
    const store = temporaryFiles()
    await store.open({ logger: safeLogger(undefined) })
    const own = dirname(dirname((await store.provide('t1')).folder))
    const place = (pid: number, start: string): string =>
      join(dirname(own), `${basename(own).replace(/-\d+-\d+-/, `-${pid}-${start}-`)}-test`)
    const [dead, alive] = [
      place(spawnSync('true').pid, '5'),
      place(process.ppid, identityOf(process.ppid)!.start),
    ]
    for (const folder of [dead, alive]) mkdirSync(join(folder, 't1/files'), { recursive: true })
    const next = temporaryFiles()
    await next.open({ logger: safeLogger(undefined) })
    await next.provide('t1')
    expect([dead, alive, own].map(existsSync)).to.deep.equal([false, true, true])
    await next.close()
    await store.close()
    expect([alive, own].map(existsSync)).to.deep.equal([true, false])
    rmSync(alive, { recursive: true })
  })
})
