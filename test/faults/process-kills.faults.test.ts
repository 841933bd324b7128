import { expect } from 'chai'
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { isAlive } from '../animators/process/host.ts'
import { eventually } from './patience.ts'
import { scratchFolders } from './scratch.ts'

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
    const notes = join(folder, 'files', '.running')
    await eventually(20_000, 'no notes', () => readdirSync(notes).length === 0 || undefined)
  })
})

describe('many processes of a service that is killed', () => {
  const scratch = scratchFolders()
  const MANY = 20
  const services: ChildProcess[] = []
  afterEach(() => {
    for (const service of services.splice(0)) service.kill('SIGKILL')
  })

  for (const options of ['{}', '{"spawner":false}'])
    it(`are all gone when they run again, each once, with ${options}`, async () => {
      const folder = await scratch()
      const gate = join(folder, 'gate')
      spawnSync('mkfifo', [gate])
      const start = (...more: string[]): ChildProcess =>
        spawn(
          process.execPath,
          ['--import', 'tsx', 'test/faults/process-crowd-service.ts', folder, options, ...more],
          {
            stdio: ['ignore', 'pipe', 'inherit'],
          },
        )
      const runs = (): { id: string; pid: string }[] =>
        readFileSync(join(folder, 'log'), 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => line.split(' '))
          .map(([id, pid]) => ({ id: id!, pid: pid! }))
      writeFileSync(join(folder, 'log'), '')
      const begun = (count: number) =>
        eventually(60_000, `${count} processes`, () => (runs().length >= count ? runs() : undefined))

      const script = `echo $MAJORDOMO_TASK_ID $$ >> ${folder}/log; read x < ${gate}`
      const first = start(String(MANY), script)
      services.push(first)
      const before = await begun(MANY)
      first.kill('SIGKILL')
      await once(first, 'exit')
      const second = start('0')
      services.push(second)
      const again = (await begun(2 * MANY)).slice(MANY)
      for (const { pid } of before) expect(isAlive(pid)).to.equal(false)
      expect(again.map(({ id }) => id).sort()).to.deep.equal(before.map(({ id }) => id).sort())
      expect(new Set(again.map(({ id }) => id)).size).to.equal(MANY)
      const file = openSync(gate, 'r+')
      writeSync(file, '\n'.repeat(MANY))
      const told = await text(second.stdout!)
      closeSync(file)
      expect(JSON.parse(told)).to.deep.equal(Array.from({ length: MANY }, () => 'SUCCEEDED 2'))
      expect(runs()).to.have.length(2 * MANY)
      for (const { pid } of again) expect(isAlive(pid)).to.equal(false)
      expect(readdirSync(join(folder, 'files', '.running'))).to.deep.equal([])
    })
})

describe('a process of a service that has no descriptors left', () => {
  it('fails as the system says, and the service lives', async () => {
    const program = `${process.execPath} --import tsx test/faults/process-descriptors.ts`
    const { stdout } = await promisify(execFile)('bash', ['-c', `ulimit -n 100; exec ${program}`])
    expect(stdout.trim()).to.equal('SUCCEEDED, FAILED EMFILE, SUCCEEDED')
  })
})
