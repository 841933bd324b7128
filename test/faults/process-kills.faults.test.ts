import { expect } from 'chai'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
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

  function start(
    options: object,
    ...script: string[]
  ): { readonly service: ChildProcess; line(): Promise<string> } {
    const program = [
      '--import',
      'tsx',
      'test/faults/process-service.ts',
      folder,
      JSON.stringify(options),
      ...script,
    ]
    const service = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit'] })
    services.push(service)
    const lines = createInterface(service.stdout)[Symbol.asyncIterator]()
    return { service, line: async () => String((await lines.next()).value) }
  }

  for (const options of [{}, { spawner: false }])
    it(`are ended before the next attempt starts, and only then, with ${JSON.stringify(options)}`, async () => {
      const done = join(folder, 'done')
      const first = start(options, `echo $$; until [ -e ${done} ]; do sleep 0.05; done`)
      const [, pid] = /attempt 1: (\d+)/.exec(await first.line())!
      expect(isAlive(pid!)).to.equal(true)
      first.service.kill('SIGKILL')
      await once(first.service, 'exit')

      const second = start(options)
      expect(await second.line()).to.equal(`attempt 1: ${pid}`)
      const [, next] = /attempt 2: (\d+)/.exec(await second.line())!
      expect(isAlive(pid!)).to.equal(false)
      expect(isAlive(next!)).to.equal(true)
      writeFileSync(done, '')
      expect(await second.line()).to.equal('end SUCCEEDED')
    })

  it('go on where the host says so, and end as the task of the next service', async () => {
    const options = { leftovers: 'adopt' }
    const first = start(options, 'echo $$; until [ -e done ]; do sleep 0.05; done; echo last')
    const [, pid] = /attempt 1: (\d+)/.exec(await first.line())!
    first.service.kill('SIGKILL')
    await once(first.service, 'exit')

    const second = start(options)
    expect(await second.line()).to.equal(`attempt 1: ${pid}`)
    expect(isAlive(pid!)).to.equal(true)
    const [id] = readdirSync(join(folder, 'files')).filter((name) => !name.startsWith('.'))
    writeFileSync(join(folder, 'files', id!, 'files', 'done'), '')
    expect(await second.line()).to.equal('attempt 1: last')
    expect(await second.line()).to.equal('end SUCCEEDED')
    expect(isAlive(pid!)).to.equal(false)
  })
})

describe('a process of a service that has no descriptors left', () => {
  it('fails as the system says, and the service lives', async () => {
    const program = `${process.execPath} --import tsx test/faults/process-descriptors.ts`
    const { stdout } = await promisify(execFile)('bash', ['-c', `ulimit -n 100; exec ${program}`])
    expect(stdout.trim()).to.equal('SUCCEEDED, FAILED EMFILE, SUCCEEDED')
  })
})
