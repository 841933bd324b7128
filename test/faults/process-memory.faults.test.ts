import { expect } from 'chai'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Host } from '../animators/process/host.ts'
import { spawnerOf } from './process-counts.ts'

/** Whatever a process could start another one with is refused, as by a machine without memory. */
const REFUSE = ['-e', 'trace=fork,vfork,clone,clone3', '-e', 'inject=fork,vfork,clone,clone3:error=ENOMEM']

for (const spawner of [true, false])
  describe(`a process for which there is no memory, with ${JSON.stringify({ spawner })}`, () => {
    let host: Host
    before(function () {
      // Others than root may mostly not meddle with what is said to a process.
      if (process.getuid!() !== 0 || spawnSync('strace', ['-V']).status !== 0) this.skip()
    })
    beforeEach(() => (host = new Host({ spawner })))
    afterEach(() => host?.manager.close({ grace: 0 }))

    it('fails as the system says, and the next one is started when there is some again', async () => {
      expect(await host.run({ command: ['true'] })).to.include({ state: 'SUCCEEDED' })
      const starter = spawner ? spawnerOf()! : process.pid
      const allow = await refuseAll(starter)
      for (let i = 0; i < 3; i++) {
        const task = await host.run({ command: ['true'] })
        expect(task).to.include({ state: 'FAILED' })
        expect(task.error).to.include({ code: 'ENOMEM' })
      }
      await allow()
      expect(await host.run({ command: ['true'] })).to.include({ state: 'SUCCEEDED' })
      if (spawner) expect(spawnerOf()).to.equal(starter)
    })

    it('fails also as the first of all, and the next one does not', async () => {
      const allow = await refuseAll(process.pid)
      const task = await host.run({ command: ['true'] })
      await allow()
      expect(task).to.include({ state: 'FAILED' })
      expect(task.error).to.include({ code: 'ENOMEM' })
      expect(await host.run({ command: ['true'] })).to.include({ state: 'SUCCEEDED' })
    })
  })

/** From now on, until the answer is called. */
async function refuseAll(starter: number): Promise<() => Promise<void>> {
  const refusing = spawn('strace', [...REFUSE, '-p', String(starter)], {
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
