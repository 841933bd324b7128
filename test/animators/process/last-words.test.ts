import { expect } from 'chai'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './stage.ts'
import { Host, isAlive } from './host.ts'

for (const spawner of [true, false])
  describe(`what is printed when a process should have ended, with ${JSON.stringify({ spawner })}`, () => {
    let folder: string
    let host: Host
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'majordomo-last-'))
      host = new Host({ spawner })
    })
    afterEach(async () => {
      await host.manager.close({ grace: 0 })
      rmSync(folder, { recursive: true })
    })

    it('is recorded as long as those whom its leader left may still end by themselves', async () => {
      const deaf = `trap "" TERM; echo $$; until [ -e ${folder}/over ]; do sleep 0.02; done; while :; do echo more; sleep 0.02; done`
      const { id } = await host.start({
        script: `bash -c '${deaf}' & trap 'touch ${folder}/over; exit' TERM; wait`,
        killAfter: '500ms',
      })
      const pid = await host.line(id)
      await host.manager.cancel(id)
      const task = await host.end(id)
      expect(task).to.include({ state: 'CANCELED' })
      expect(task.result).to.include({ stopped: 'canceled', exitCode: 0 })
      expect(isAlive(pid)).to.equal(false)
      const lines = await host.lines(id)
      expect(lines.slice(0, 3)).to.deep.equal([pid, 'more', 'more'])
      expect(task.result!.stdout).to.equal(`${lines.join('\n')}\n`.length)
    })

    it('by somebody whom nobody finds is recorded for half a second, and then by nobody', async () => {
      // Neither in its group, nor with its mark.
      const stranger = `trap "" PIPE; until [ -e ${folder}/go ]; do sleep 0.02; done; echo late && touch ${folder}/heard; touch ${folder}/told`
      const { id } = await host.start({
        script: `env -i PATH=$PATH setsid bash -c '${stranger}' 2>/dev/null & echo ready; exec sleep 100`,
        killAfter: '100ms',
        stopSignal: 'SIGKILL',
      })
      await host.line(id)
      await host.manager.cancel(id)
      const task = await host.end(id)
      expect(task.result).to.include({ signal: 'SIGKILL', stdout: 6 })
      writeFileSync(join(folder, 'go'), '')
      await until(folder, () => existsSync(join(folder, 'told')))
      expect(existsSync(join(folder, 'heard'))).to.equal(false)
      expect(await host.lines(id)).to.deep.equal(['ready'])
    })

    it('waits for no reader: one that stands still has all of it later', async () => {
      const lines = 500_000
      const { id } = await host.start({ script: `seq ${lines}` })
      const reader = host.manager.follow(id, { stream: 'stdout' })[Symbol.asyncIterator]()
      expect((await reader.next()).value).to.include({ text: '1' })
      expect(await host.end(id)).to.include({ state: 'SUCCEEDED' })
      let last = 1
      for (let next = await reader.next(); next.done !== true; next = await reader.next()) {
        expect(next.value.text).to.equal(String(last + 1))
        last++
      }
      expect(last).to.equal(lines)
    })
  })
