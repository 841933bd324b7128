import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localFiles } from '../../src/files/index.ts'
import { Host } from '../animators/process/host.ts'
import { SPAWNER } from './size.ts'
import { memoryOf, peakMemoryOf, spawnerOf } from './process-counts.ts'

const PATIENCE = '100s'
const GIGABYTE = 1_000_000_000
const MEGABYTE = 1_000_000
/** What a process may take in addition while many times as much goes through it. */
const LITTLE = 64 * MEGABYTE

for (const spawner of SPAWNER)
  describe(`much output, with ${JSON.stringify({ spawner })}`, () => {
    let root: string
    let host: Host
    beforeEach(() => {
      root = mkdtempSync(join(tmpdir(), 'majordomo-much-'))
      host = new Host({ spawner, concurrency: 60 }, { files: localFiles(root) })
    })
    afterEach(async () => {
      await host.manager.close({ grace: 0 })
      rmSync(root, { recursive: true })
    })

    it('of a gigabyte is all there, and neither the service nor the spawner grows with it', async () => {
      await host.run({ command: ['true'] })
      const watch = watchMemory(spawner)
      const script = `yes 'a line of some length, as programs print them' | head -c ${GIGABYTE}; echo; echo last`
      const { id } = await host.start({ script })
      const task = await host.end(id, PATIENCE)
      expect(task).to.include({ state: 'SUCCEEDED' })
      expect(task.result).to.deep.include({ stdout: GIGABYTE + 6, stderr: 0 })
      watch.expectLittle()
      expect(recorded(join(root, id, 'record'))).to.equal(GIGABYTE + 6)
      const { items } = await host.manager.output(id, { stream: 'stdout', tail: 1 })
      expect(items.map(({ text, seq }) => ({ text, seq }))).to.deep.equal([
        { text: 'last', seq: GIGABYTE + 6 },
      ])
      watch.expectLittle()
    })

    it('without a line end is read to its end, in pieces that take no memory', async () => {
      await host.run({ command: ['true'] })
      const watch = watchMemory(spawner)
      const bytes = 300 * MEGABYTE
      const { id } = await host.start({ command: ['head', '-c', String(bytes), '/dev/zero'] })
      let read = 0
      for await (const { text } of host.manager.follow(id, { stream: 'stdout' })) read += text!.length
      expect(read).to.equal(bytes)
      expect((await host.end(id)).result).to.include({ stdout: bytes })
      watch.expectLittle()
    })

    it('of fifty processes at once takes no memory, and a small one beside them is done before them', async () => {
      const bytes = 20 * MEGABYTE
      const gate = join(root, 'gate')
      execFileSync('mkfifo', [gate])
      const loud = await Promise.all(
        Array.from({ length: 50 }, () =>
          host.start({ script: `echo ready; read x < ${gate}; yes something to tell | head -c ${bytes}` }),
        ),
      )
      await Promise.all(loud.map(({ id }) => host.line(id)))
      const watch = watchMemory(spawner)
      let ended = 0
      const ends = loud.map(async ({ id }) => {
        const task = await host.end(id, PATIENCE)
        ended++
        return task
      })
      writeFileSync(gate, '\n'.repeat(loud.length))
      expect(await host.run({ command: ['echo', 'hello'] })).to.include({ state: 'SUCCEEDED' })
      expect(ended).to.be.below(loud.length / 2)
      for (const task of await Promise.all(ends)) {
        expect(task).to.include({ state: 'SUCCEEDED' })
        expect(task.result).to.include({ stdout: bytes + 6 })
      }
      watch.expectLittle()
    })
  })

/** Bytes that lie in a record. */
function recorded(record: string): number {
  return readdirSync(record)
    .filter((name) => /^stdout\.\d+$/.test(name))
    .reduce((sum, name) => sum + statSync(join(record, name)).size, 0)
}

/** Memory of this process and of its spawner, from now on. */
function watchMemory(spawner: boolean): { expectLittle(): void } {
  const pid = spawner ? spawnerOf()! : process.pid
  const before = memoryOf(pid)
  const own = memoryOf(process.pid)
  let most = own
  const timer = setInterval(() => (most = Math.max(most, memoryOf(process.pid))), 20).unref()
  return {
    expectLittle() {
      clearInterval(timer)
      expect(most - own).to.be.below(LITTLE)
      if (spawner) expect(peakMemoryOf(pid) - before).to.be.below(LITTLE)
    },
  }
}
