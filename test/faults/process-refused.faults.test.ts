import { expect } from 'chai'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Host } from '../animators/process/host.ts'
import { spawnerOf } from './process-counts.ts'

/** Whatever a process could start another one with. */
const STARTS = 'fork,vfork,clone,clone3'
/** Why a machine refuses that: it has no memory, or the user no more processes. */
const REFUSALS = ['ENOMEM', 'EAGAIN'] as const

for (const spawner of [true, false])
  describe(`a process that cannot be started, with ${JSON.stringify({ spawner })}`, () => {
    let host: Host
    before(function () {
      // Others than root may mostly not meddle with what is said to a process.
      if (process.getuid!() !== 0 || spawnSync('strace', ['-V']).status !== 0) this.skip()
    })
    beforeEach(() => (host = new Host({ spawner })))
    afterEach(() => host?.manager.close({ grace: 0 }))

    for (const code of REFUSALS) {
      it(`for ${code} fails as the system says, and the next one is started when there is room again`, async () => {
        expect(await host.run({ command: ['true'] })).to.include({ state: 'SUCCEEDED' })
        const starter = spawner ? spawnerOf()! : process.pid
        const allow = await refuseAll(starter, code)
        for (let i = 0; i < 3; i++) {
          const task = await host.run({ command: ['true'] })
          expect(task).to.include({ state: 'FAILED' })
          expect(task.error).to.include({ code })
        }
        await allow()
        expect(await host.run({ command: ['true'] })).to.include({ state: 'SUCCEEDED' })
        if (spawner) expect(spawnerOf()).to.equal(starter)
      })

      it(`for ${code} fails also as the first of all, and the next one does not`, async () => {
        const allow = await refuseAll(process.pid, code)
        const task = await host.run({ command: ['true'] })
        await allow()
        expect(task).to.include({ state: 'FAILED' })
        expect(task.error).to.include({ code })
        expect(await host.run({ command: ['true'] })).to.include({ state: 'SUCCEEDED' })
      })
    }
  })

/** From now on, until the answer is called. */
async function refuseAll(starter: number, code: string): Promise<() => Promise<void>> {
  const how = ['-e', `trace=${STARTS}`, '-e', `inject=${STARTS}:error=${code}`]
  const refusing = spawn('strace', [...how, '-p', String(starter)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [line] = (await once(createInterface(refusing.stderr), 'line')) as [string]
  expect(line).to.match(/attached/)
  const gone = once(refusing, 'close')
  return async () => {
    refusing.kill()
    await gone
  }
}
