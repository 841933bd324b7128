import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { makeOwnFolder, sweepFolders } from '../../src/machine/own-folders.ts'
import { identityOf } from '../../src/machine/proc.ts'

const HERE = hostname().replaceAll(/[^\w.]/g, '_')

describe('The temporary folder of a process', () => {
  const temporary = process.env['TMPDIR']
  let folder: string
  beforeEach(() => (process.env['TMPDIR'] = folder = mkdtempSync(join(tmpdir(), 'majordomo-own-'))))
  afterEach(() => {
    if (temporary === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = temporary
    rmSync(folder, { recursive: true })
  })

  const sweep = (): Promise<void> =>
    sweepFolders('test', (path) => rm(path, { recursive: true, force: true }))
  const alive = identityOf(process.ppid)!
  const dead = (): number => spawnSync('true').pid

  function made(name: string): string {
    const path = join(folder, name)
    mkdirSync(join(path, 'in/it'), { recursive: true })
    return path
  }

  it('is for its user alone, and stays as long as it lives', async () => {
    const paths = [await makeOwnFolder('test'), await makeOwnFolder('test')]
    expect(new Set(paths).size).to.equal(2)
    expect(statSync(paths[0]!).mode & 0o777).to.equal(0o700)
    await sweep()
    expect(paths.map(existsSync)).to.deep.equal([true, true])
  })

  it('goes when it has died, also where another process has its pid by now', async () => {
    const own = basename(await makeOwnFolder('test'))
    const of = (pid: number, start: string): string =>
      own.replace(/-\d+-\d+-/, `-${pid}-${start}-`) + Math.random().toString(36).slice(2)
    const gone = [of(dead(), '5'), of(dead(), '0'), of(alive.pid, '1')].map(made)
    // Of one whose start is not known, the pid has to do.
    const kept = [of(alive.pid, alive.start), of(alive.pid, '0')].map(made)
    await sweep()
    expect(gone.map(existsSync)).to.deep.equal([false, false, false])
    expect(kept.map(existsSync)).to.deep.equal([true, true])
  })

  it('is left alone where it is of another machine or kind, or no such folder at all', async () => {
    const pid = dead()
    const kept = [
      `majordomo-test-${pid}-5-elsewhere-abc`,
      `majordomo-other-${pid}-5-${HERE}-abc`,
      `majordomo-test-x-5-${HERE}-abc`,
      `majordomo-test-${pid}-${HERE}-abc`,
      'majordomo-test-',
    ].map(made)
    const target = made('target')
    const link = join(folder, `majordomo-test-${pid}-5-${HERE}-link`)
    symlinkSync(target, link)
    await sweep()
    expect([...kept, link, join(target, 'in/it')].filter((path) => !existsSync(path))).to.deep.equal([])
  })

  it('spoils nothing where it cannot be removed', async () => {
    const tried: string[] = []
    const paths = [1, 2].map((i) => made(`majordomo-test-${dead()}-5-${HERE}-${i}`))
    await sweepFolders('test', async (path) => {
      tried.push(path)
      throw new Error('no')
    })
    expect(tried).to.have.members(paths)
    process.env['TMPDIR'] = join(folder, 'none')
    await sweep()
  })
})
