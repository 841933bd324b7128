import { expect } from 'chai'
import type { OutputEntry } from '../../../src/index.ts'
import { Host } from './host.ts'

const stream = 'stdout'
/** What may be taken beyond the limit: a chunk. */
const CHUNK = 65_536
const LEAST = 131_072

for (const spawner of [true, false])
  describe(`a process that waits for whoever reads its output, with ${JSON.stringify({ spawner })}`, () => {
    let host: Host
    beforeEach(() => (host = new Host({ spawner })))
    afterEach(() => host.manager.close({ grace: 0 }))

    /** How much it has printed so far. To look at the end of it reads nothing. */
    const size = async (id: string): Promise<number> =>
      (await host.manager.output(id, { stream, tail: 1 })).cursor

    /** Resolves when it has printed as much as it may, unread. */
    const stuck = async (id: string): Promise<void> => {
      for await (const { seq } of host.manager.follow(id, { stream })) if (seq >= LEAST) return
    }

    it('is never far ahead of its reader, and nothing is lost', async () => {
      const bytes = 4_000_000
      const limit = 300_000
      const { id } = await host.start({
        script: `yes ${'x'.repeat(63)} | head -c ${bytes}`,
        outputLimit: limit,
        whenFull: 'wait',
      })
      let read = 0
      for await (const { items, cursor } of host.manager.followPages(id, { stream })) {
        expect(items[0]!.seq).to.equal(read + 64)
        read = cursor
        expect((await size(id)) - read).to.be.at.most(limit + CHUNK)
      }
      expect(read).to.equal(bytes)
      expect(await host.end(id)).to.deep.include({ state: 'SUCCEEDED' })
    })

    it('goes on for a reader that asks page by page', async () => {
      const { id } = await host.start({ command: ['seq', '100000'], outputLimit: 1, whenFull: 'wait' })
      let expected = 1
      for (let after = 0; ;) {
        const { state } = await host.manager.get(id)
        const { items, cursor } = await host.manager.output(id, { stream, after, limit: 1000 })
        for (const { text } of items) expect(text).to.equal(String(expected++))
        if (items.length === 0 && state === 'SUCCEEDED') break
        after = cursor
        await new Promise((resolve) => setImmediate(resolve))
      }
      expect(expected).to.equal(100_001)
    })

    it('goes on for a reader that begins near the end', async () => {
      const { id } = await host.start({ command: ['seq', '100000'], outputLimit: 1, whenFull: 'wait' })
      await stuck(id)
      let last: OutputEntry | undefined
      for await (const entry of host.manager.follow(id, { stream, tail: 1 })) last = entry
      expect(last!.text).to.equal('100000')
    })

    it('prints a line that is longer than it may be ahead', async () => {
      const { id } = await host.start({
        script: 'head -c 1000000 /dev/zero | tr "\\0" x',
        outputLimit: 1,
        whenFull: 'wait',
      })
      let length = 0
      for await (const { text } of host.manager.follow(id, { stream })) length += text!.length
      expect(length).to.equal(1_000_000)
    })

    it('is stopped while it waits, by a cancel', async () => {
      const { id } = await host.start({ command: ['yes'], outputLimit: 1, whenFull: 'wait' })
      await stuck(id)
      await host.manager.cancel(id)
      const task = await host.end(id)
      expect(task).to.include({ state: 'CANCELED' })
      expect(task.result!.stdout).to.be.within(LEAST, LEAST + 3 * CHUNK)
    })

    it('needs no reader for as much as is kept', async () => {
      const task = await host.run({ command: ['seq', '20000'], outputLimit: 1, whenFull: 'wait' })
      expect(task).to.include({ state: 'SUCCEEDED' })
      expect(task.result!.stdout).to.be.below(LEAST)
    })
  })
