import { expect } from 'chai'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { isAlive } from '../animators/process/host.ts'
import { eventually } from './patience.ts'
import { scratchFolders } from './scratch.ts'

describe('what a service has left that was killed', () => {
  const scratch = scratchFolders()
  let folder: string
  let running: string
  const services: ChildProcess[] = []
  const strays: string[] = []
  beforeEach(async () => {
    folder = await scratch()
    running = join(folder, 'files', '.running')
  })
  afterEach(() => {
    for (const service of services.splice(0)) service.kill('SIGKILL')
    for (const pid of strays.splice(0)) if (isAlive(pid)) process.kill(Number(pid), 'SIGKILL')
  })

  function start(options: object, ...tasks: object[]): Service {
    const program = ['--import', 'tsx', 'test/faults/process-left-service.ts', folder]
    const words = [options, ...tasks].map((one) => JSON.stringify(one))
    const service = spawn(process.execPath, [...program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
    services.push(service)
    const lines = createInterface(service.stdout)[Symbol.asyncIterator]()
    return {
      line: async () => String((await lines.next()).value),
      async end(signal) {
        service.kill(signal)
        await once(service, 'exit')
      },
    }
  }

  /** The pid that a process of a service has written into a file. */
  async function pidIn(name: string): Promise<string> {
    const pid = await eventually(20_000, `a pid in ${name}`, () => {
      const path = join(folder, name)
      return existsSync(path) ? /^\d+(?=\n)/.exec(readFileSync(path, 'utf8'))?.[0] : undefined
    })
    strays.push(pid)
    return pid
  }

  const goes = (pid: string): Promise<true> =>
    eventually(20_000, `the end of ${pid}`, () => (isAlive(pid) ? undefined : true))

  /** It has left the group of its leader before that ends, and with it whoever is still in the group. */
  const daemon = (name: string): object => {
    const path = join(folder, name)
    const program = `setsid bash -c 'echo $$ > ${path}; exec sleep 131' >/dev/null 2>&1 </dev/null`
    return { script: `${program} & until [ -s ${path} ]; do sleep 0.02; done` }
  }

  for (const options of [{}, { leftovers: 'adopt' }, { spawner: false }])
    it(`is ended also where its task has ended long ago, with ${JSON.stringify(options)}`, async () => {
      const first = start(options, daemon('daemon'))
      expect(await first.line()).to.equal('open')
      expect(await first.line()).to.equal('end SUCCEEDED returned')
      const pid = await pidIn('daemon')
      expect(isAlive(pid)).to.equal(true)
      await first.end('SIGKILL')
      // Without a spawner nobody is there to do it before the next service.
      if (!('spawner' in options)) await goes(pid)
      else expect(isAlive(pid)).to.equal(true)
      const second = start(options)
      expect(await second.line()).to.equal('open')
      expect(isAlive(pid)).to.equal(false)
      await second.end('SIGTERM')
      await eventually(20_000, 'no notes', () => readdirSync(running).length === 0 || undefined)
    })

  it('is ended, although it was to be taken over, where the task fails for the interruption', async () => {
    const options = { leftovers: 'adopt', onInterrupt: 'fail' }
    const first = start(options, {
      script: `echo $$ > ${join(folder, 'pid')}; exec sleep 131`,
      timeout: '1h',
    })
    const pid = await pidIn('pid')
    await first.end('SIGKILL')
    expect(isAlive(pid)).to.equal(true)
    const second = start(options)
    const lines = [await second.line()]
    if (lines[0] !== 'open') lines.push(await second.line())
    expect(lines.at(-1)).to.equal('open')
    expect(isAlive(pid)).to.equal(false)
    await second.end('SIGTERM')
    await eventually(20_000, 'no notes', () => readdirSync(running).length === 0 || undefined)
  })

  it('is ended when its time is over, without any service, and the next attempt fails for that', async () => {
    const options = { leftovers: 'adopt' }
    const first = start(options, {
      script: `echo $$ > ${join(folder, 'pid')}; exec sleep 131`,
      timeout: '3s',
    })
    const pid = await pidIn('pid')
    await first.end('SIGKILL')
    await goes(pid)
    const second = start(options)
    expect(await second.line()).to.equal('open')
    expect(await second.line()).to.equal('end FAILED timeout')
    await second.end('SIGTERM')
    expect(readdirSync(running)).to.deep.equal([])
  })

  it('is ended also where there was no time to note that it runs', async () => {
    const options = { spawner: false }
    const first = start(options, { script: `echo $$ >> ${join(folder, 'pid')}; exec sleep 131` })
    expect(await first.line()).to.equal('open')
    const pid = await pidIn('pid')
    for (const name of readdirSync(running).filter((one) => one.endsWith('.json')))
      unlinkSync(join(running, name))
    await first.end('SIGKILL')
    expect(isAlive(pid)).to.equal(true)
    const second = start(options)
    expect(await second.line()).to.equal('open')
    expect(isAlive(pid)).to.equal(false)
    await second.end('SIGTERM')
    expect(readdirSync(running)).to.deep.equal([])
  })
})

interface Service {
  line(): Promise<string>
  /** Resolves when it has gone. */
  end(signal: NodeJS.Signals): Promise<void>
}
