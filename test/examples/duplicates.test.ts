import { expect } from 'chai'
import { readdir, readlink, truncate } from 'node:fs/promises'
import { startShare, type TestShare } from './file-share.ts'

describe('FIND_DUPLICATES of the example', () => {
  let share: TestShare
  beforeEach(async () => (share = await startShare()))
  afterEach(() => share.close())

  it('finds files with the same content, wherever they are, and reads only those that share their size', async () => {
    await share.write('a.bin', 'same!')
    await share.write('sub/b.bin', 'same!')
    await share.write('c.bin', 'other')
    await share.write('d.bin', 'of another size')
    const { task } = await share.client.create('FIND_DUPLICATES', {}, { wait: 5000 })
    expect(task.result).to.deep.equal({ sets: 1, wastedBytes: 5, read: 3 })
    expect((await share.items(task)).map(({ data }) => data)).to.deep.equal([
      { bytes: 5, paths: ['a.bin', 'sub/b.bin'] },
    ])
  })

  it('passes over small files when told to', async () => {
    await share.write('a.bin', 'same!')
    await share.write('b.bin', 'same!')
    const { task } = await share.client.create('FIND_DUPLICATES', { minBytes: 6 }, { wait: 5000 })
    expect(task.result).to.deep.include({ sets: 0, read: 0 })
  })

  it('stops reading when it is canceled, and leaves no file open', async () => {
    for (let i = 0; i < 8; i++) {
      await share.write(`${i}.bin`, '')
      await truncate(share.place(`${i}.bin`), 4 * 2 ** 30)
    }
    const events = share.client.events({ lastEventId: 'elsewhere-1' })
    await events.next()
    const { task } = await share.client.create('FIND_DUPLICATES')
    for await (const event of events)
      if (event.type !== 'reset' && (event.task.progress?.done ?? 0) > 0) break
    expect(await openFiles()).to.be.greaterThan(0)
    await share.client.cancel(task.id, { reason: 'too slow' })
    const ended = await share.client.waitFor(task.id)
    expect(ended).to.deep.include({ state: 'CANCELED' })
    expect(ended.reason?.message).to.include('too slow')
    expect(await openFiles()).to.equal(0)
  })

  /** Files of the share that this process holds open. */
  async function openFiles(): Promise<number> {
    const handles = await readdir('/proc/self/fd')
    const targets = await Promise.all(handles.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')))
    return targets.filter((target) => target.startsWith(share.place(''))).length
  }
})
