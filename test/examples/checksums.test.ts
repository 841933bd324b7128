import { expect } from 'chai'
import { chmod, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startShare, unprivileged, type TestShare } from './file-share.ts'

describe('CHECKSUM_TREE of the example', () => {
  let share: TestShare
  beforeEach(async () => {
    share = await startShare()
    await share.write('a.txt', 'aaaa')
    await share.write('sub/b.txt', 'bb')
  })
  afterEach(() => share.close())

  const run = async (args: { folder?: string } = {}) =>
    (await share.client.create('CHECKSUM_TREE', args, { wait: 5000, retry: { limit: 0 } })).task

  it('tells all files as added the first time, and nothing when nothing changed', async () => {
    const first = await run()
    expect(first.result).to.deep.include({
      files: 2,
      bytes: 6,
      first: true,
      added: 2,
      changed: 0,
      removed: 0,
    })
    const second = await run()
    expect(second.result).to.deep.include({
      files: 2,
      bytes: 6,
      first: false,
      added: 0,
      changed: 0,
      removed: 0,
    })
    expect(await share.items(second)).to.deep.equal([])
  })

  it('tells what changed since the last time, file by file', async () => {
    await run()
    await share.write('a.txt', 'aaab')
    await share.write('c.txt', 'c')
    await rm(share.place('sub/b.txt'))
    const task = await run()
    expect(task.result).to.deep.include({ files: 2, added: 1, changed: 1, removed: 1 })
    expect((await share.items(task)).map(({ data }) => data)).to.have.deep.members([
      { path: 'a.txt', change: 'changed' },
      { path: 'c.txt', change: 'added' },
      { path: 'sub/b.txt', change: 'removed' },
    ])
  })

  it('remembers each folder by itself', async () => {
    await run()
    expect((await run({ folder: 'sub' })).result).to.deep.include({ first: true, files: 1 })
    expect((await run()).result).to.deep.include({ first: false, added: 0, removed: 0 })
  })

  it('passes over a file that it may not read, and counts it', async () => {
    await chmod(share.home, 0o777)
    await chmod(share.place('a.txt'), 0o000)
    const task = await unprivileged(() => run())
    expect(task.result).to.deep.include({ files: 1, unreadable: 1 })
  })

  it('fails when the checksums cannot be kept, and leaves those of last time whole', async () => {
    await run()
    await share.write('c.txt', 'c')
    const checksums = join(share.home, 'checksums')
    const before = await readdir(checksums)
    await chmod(share.home, 0o755)
    await chmod(checksums, 0o555)
    const failed = await unprivileged(() => run())
    await chmod(checksums, 0o755)
    expect(failed.state).to.equal('FAILED')
    expect(failed.error?.message).to.include('those of last time still stand')
    expect(await readdir(checksums)).to.deep.equal(before)
    expect((await run()).result).to.deep.include({ first: false, added: 1 })
  })
})
