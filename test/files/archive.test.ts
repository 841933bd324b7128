import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs'
import { rmdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import { rejection } from '../rejection.ts'
import { scratchFolders } from './folders.ts'
import { allOf, openIn, put, storeWithTask } from './stores.ts'
import { record } from './record/recorded.ts'

describe('Archives', () => {
  const scratch = scratchFolders()

  async function entries(gzipped: Buffer): Promise<{ header: Header; content: Buffer }[]> {
    const all: { header: Header; content: Buffer }[] = []
    const reading = extract()
    reading.end(gunzipSync(gzipped))
    for await (const entry of reading)
      all.push({ header: entry.header, content: await allOf(entry as never) })
    return all
  }

  it('hold what is shown: files, folders, links as links, and what was printed', async () => {
    const { store, folder, record: place } = await storeWithTask(scratch())
    const long = `${'long-name-'.repeat(24)}ä`
    const large = Buffer.alloc(700_000, 'abcdefghijklm')
    put(folder, { 'a/b': 'text', [`${long}/${long}`]: 'deep', large, empty: '', '.majordomo/x': 'hidden' })
    mkdirSync(join(folder, 'nothing'))
    chmodSync(join(folder, 'a/b'), 0o750)
    symlinkSync('/etc/passwd', join(folder, 'link'))
    symlinkSync('a', join(folder, 'to-folder'))
    execFileSync('mkfifo', [join(folder, 'pipe')])
    record(place, { attempt: 1 }, 'printed\n')
    const archive = await allOf((await store.archive('t1'))!)
    const all = await entries(archive)
    expect(all.map((one) => [one.header.name, one.header.type, one.content.length])).to.deep.equal([
      ['.majordomo/', 'directory', 0],
      ['.majordomo/stdout', 'file', 8],
      ['a/', 'directory', 0],
      ['a/b', 'file', 4],
      ['empty', 'file', 0],
      ['large', 'file', 700_000],
      ['link', 'symlink', 0],
      [`${long}/`, 'directory', 0],
      [`${long}/${long}`, 'file', 4],
      ['nothing/', 'directory', 0],
      ['to-folder', 'symlink', 0],
    ])
    expect(all[5]!.content.equals(large)).to.equal(true)
    const out = scratch()
    writeFileSync(join(out, 'archive.tgz'), archive)
    execFileSync('tar', ['-xzf', 'archive.tgz'], { cwd: out })
    expect(readFileSync(join(out, '.majordomo/stdout'), 'utf8')).to.equal('printed\n')
    expect(readFileSync(join(out, long, long), 'utf8')).to.equal('deep')
    expect(readlinkSync(join(out, 'link'))).to.equal('/etc/passwd')
    expect(lstatSync(join(out, 'a/b')).mode & 0o777).to.equal(0o750)
    expect(lstatSync(join(out, 'a/b')).mtimeMs).to.be.closeTo(Date.now(), 60_000)
  })

  it('hold what has a name that is no text by the name that is shown, and links to it', async () => {
    const { store, folder } = await storeWithTask(scratch())
    const raw = (text: string) => Buffer.from(`${folder}/${text}`, 'latin1')
    mkdirSync(raw('caf\xe9'))
    writeFileSync(raw('caf\xe9/na\xefve'), 'Latin-1')
    symlinkSync(Buffer.from('caf\xe9', 'latin1'), join(folder, 'to'))
    const all = await entries(await allOf((await store.archive('t1'))!))
    expect(all.map(({ header, content }) => [header.name, header.linkname, String(content)])).to.deep.equal([
      ['caf%E9/', null, ''],
      ['caf%E9/na%EFve', null, 'Latin-1'],
      ['to', 'caf%E9', ''],
    ])
  })

  it('of a task without files are empty, and there are none of other tasks', async () => {
    const { store } = await storeWithTask(scratch())
    expect(await entries(await allOf((await store.archive('t1'))!))).to.deep.equal([])
    expect(await store.archive('t2')).to.equal(undefined)
    expect(await store.archive('../t1')).to.equal(undefined)
  })

  it('hold files as long as they were when their turn came', async () => {
    const { store, folder } = await storeWithTask(scratch())
    // Nothing that shrinks: so it is not all read ahead.
    const noise = randomBytes(4_000_000)
    put(folder, { grows: noise, later: 'x', shrinks: noise })
    const reading = (await store.archive('t1'))![Symbol.asyncIterator]()
    const chunks = [(await reading.next()).value as Uint8Array]
    appendFileSync(join(folder, 'grows'), 'more')
    let size = chunks[0]!.length
    const more = async (until: number): Promise<void> => {
      while (size < until) {
        const { value } = await reading.next()
        chunks.push(value as Uint8Array)
        size += (value as Uint8Array).length
      }
    }
    await more(5_000_000)
    truncateSync(join(folder, 'shrinks'), 100)
    for (;;) {
      const { value, done } = await reading.next()
      if (done === true) break
      chunks.push(value)
    }
    const all = await entries(Buffer.concat(chunks))
    expect(all.map((one) => [one.header.name, one.content.length])).to.deep.equal([
      ['grows', 4_000_000],
      ['later', 1],
      ['shrinks', 4_000_000],
    ])
    expect(all[2]!.content.subarray(-1000).every((byte) => byte === 0)).to.equal(true)
  })

  it('are made no faster than they are read, however many entries there are', async () => {
    const { store, folder } = await storeWithTask(scratch())
    // Names that do not shrink, so that what is read tells how far it has come.
    for (let i = 0; i < 3_000; i++) mkdirSync(join(folder, randomBytes(100).toString('hex')))
    const reading = (await store.archive('t1'))!
    const chunks: Uint8Array[] = []
    for await (const chunk of reading) {
      chunks.push(chunk)
      if (chunks.length === 3) for (const name of readdirSync(folder)) rmdirSync(join(folder, name))
    }
    expect((await entries(Buffer.concat(chunks))).length).to.be.within(1, 1_500)
  })

  it('hold nothing open behind a reader who leaves early, or never begins', async function () {
    if (process.platform !== 'linux') this.skip()
    const root = scratch()
    const { store, folder, record: place } = await storeWithTask(root)
    const noise = randomBytes(5_000_000)
    put(folder, { 'a/b/c': noise, z: noise })
    record(place, { attempt: 1 }, noise)
    let count = 0
    for (const leaveAt of [1, 20, 100, 150]) {
      count = 0
      for await (const _ of (await store.archive('t1'))!) if (++count >= leaveAt) break
      expect(openIn(root), `after ${leaveAt}`).to.deep.equal([])
    }
    await (await store.archive('t1'))![Symbol.asyncIterator]().return!()
    expect(openIn(root)).to.deep.equal([])
  })

  it('fail where something in the middle does, and hold nothing open', async function () {
    if (process.platform !== 'linux') this.skip()
    const root = scratch()
    const { store, folder, record: place } = await storeWithTask(root)
    const noise = randomBytes(5_000_000)
    put(folder, { z: noise })
    record(place, { attempt: 1 }, noise)
    const reading = (await store.archive('t1'))![Symbol.asyncIterator]()
    for (let i = 0; i < 20; i++) await reading.next()
    truncateSync(join(place, 'stdout.0000000000000000'), 10)
    const toEnd = (async () => {
      while ((await reading.next()).done !== true);
    })()
    expect(await rejection(toEnd)).to.match(/has become shorter/)
    expect(openIn(root)).to.deep.equal([])
  })
})
