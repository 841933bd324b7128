import { expect } from 'chai'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { isAlive } from '../animators/process/host.ts'

describe('processes of a service that is killed', () => {
  let folder: string
  const services: ChildProcess[] = []
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'majordomo-kills-'))))
  afterEach(() => {
    for (const service of services.splice(0)) service.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })

  function start(...args: string[]): { readonly service: ChildProcess; line(): Promise<string> } {
    const program = ['--import', 'tsx', 'test/faults/process-service.ts', join(folder, 'tasks.db'), ...args]
    const service = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit'] })
    services.push(service)
    const lines = createInterface(service.stdout)[Symbol.asyncIterator]()
    return { service, line: async () => String((await lines.next()).value) }
  }

  it('are ended before the next attempt starts, and only then', async () => {
    const done = join(folder, 'done')
    const first = start(`echo $$; until [ -e ${done} ]; do sleep 0.05; done`)
    const [, pid] = /attempt 1: (\d+)/.exec(await first.line())!
    first.service.kill('SIGKILL')
    await once(first.service, 'exit')
    expect(isAlive(pid!)).to.equal(true)

    const second = start()
    expect(await second.line()).to.equal(`attempt 1: ${pid}`)
    const [, next] = /attempt 2: (\d+)/.exec(await second.line())!
    expect(isAlive(pid!)).to.equal(false)
    expect(isAlive(next!)).to.equal(true)
    writeFileSync(done, '')
    expect(await second.line()).to.equal('end SUCCEEDED')
    expect(existsSync(done)).to.equal(true)
  })
})

describe('a process of a service that has no descriptors left', () => {
  it('fails as the system says, and the service lives', async () => {
    const program = `${process.execPath} --import tsx test/faults/process-descriptors.ts`
    const { stdout } = await promisify(execFile)('bash', ['-c', `ulimit -n 100; exec ${program}`])
    expect(stdout.trim()).to.equal('SUCCEEDED, FAILED EMFILE, SUCCEEDED')
  })
})
