import { expect } from 'chai'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, linkSync, renameSync, symlinkSync, truncateSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Folder } from '../../src/files/folder.ts'
import { RecordWriter } from '../../src/files/record/writer.ts'
import { rejection } from '../rejection.ts'
import { scratchFolders } from './folders.ts'
import { allOf, openIn, put, storeWithTask } from './stores.ts'
import { record } from './record/recorded.ts'

describe('Opening a file', () => {
  const scratch = scratchFolders()

  it('gives its bytes, all or some', async () => {
    const { store, folder } = await storeWithTask(scratch())
    const content = Buffer.alloc(300_000, 'abcdefg')
    put(folder, { 'a/b': content })
    const file = (await store.openFile('t1', 'a/b'))!
    expect(file).to.include({ path: 'a/b', kind: 'file', size: 300_000 })
    expect((await allOf(file.read())).equals(content)).to.equal(true)
    for (const [start, end] of [
      [0, 0],
      [5, 200_000],
      [299_999, 299_999],
      [299_990, 500_000],
    ] as const) {
      const again = (await store.openFile('t1', 'a/b'))!
      const some = await allOf(again.read({ start, end }))
      expect(some.equals(content.subarray(start, end + 1)), `${start}-${end}`).to.equal(true)
    }
    put(folder, { empty: '' })
    const empty = (await store.openFile('t1', 'empty'))!
    expect(await allOf(empty.read())).to.have.length(0)
  })

  it('changes its tag with the content', async () => {
    const { store, folder } = await storeWithTask(scratch())
    const tag = async (): Promise<string> => {
      const file = (await store.openFile('t1', 'a'))!
      await file.close()
      return file.tag
    }
    put(folder, { a: 'one' })
    const first = await tag()
    expect(await tag()).to.equal(first)
    put(folder, { a: 'three' })
    const second = await tag()
    put(folder, { b: 'three' })
    renameSync(join(folder, 'b'), join(folder, 'a'))
    expect(new Set([first, second, await tag()]).size).to.equal(3)
  })

  it('finds only regular files, and none through a link', async () => {
    const { store, folder } = await storeWithTask(scratch())
    const outside = scratch()
    put(outside, { secret: 'x' })
    put(folder, { 'a/b': '' })
    linkSync(join(folder, 'a/b'), join(folder, 'hard'))
    symlinkSync(join(outside, 'secret'), join(folder, 'link'))
    symlinkSync('a/b', join(folder, 'inner'))
    symlinkSync(outside, join(folder, 'folder'))
    execFileSync('mkfifo', [join(folder, 'pipe')])
    const server = createServer().listen(join(folder, 'socket'))
    await once(server, 'listening')
    for (const path of [
      'link',
      'inner',
      'folder/secret',
      'pipe',
      'socket',
      'a',
      'none',
      'a/b/c',
      '',
      '..',
      'a/../a/b',
    ])
      expect(await store.openFile('t1', path), path).to.equal(undefined)
    for (const path of [
      '../record',
      '/etc/passwd',
      '../../t1/files/a/b',
      'a\0',
      'x'.repeat(300),
      './a/b',
      'a//b',
    ])
      expect(await store.openFile('t1', path), path).to.equal(undefined)
    expect(await store.openFile('..', 'a/b')).to.equal(undefined)
    server.close()
    const hard = (await store.openFile('t1', 'hard'))!
    await hard.close()
  })

  it('reads what it was at opening, and no more, when it grows; fails when it shrinks', async () => {
    const { store, folder } = await storeWithTask(scratch())
    put(folder, { log: 'before', other: 'x'.repeat(300_000) })
    const growing = (await store.openFile('t1', 'log'))!
    appendFileSync(join(folder, 'log'), ' and after')
    expect(String(await allOf(growing.read()))).to.equal('before')
    const shrinking = (await store.openFile('t1', 'other'))!
    truncateSync(join(folder, 'other'), 10)
    expect(await rejection(allOf(shrinking.read()))).to.match(/has become shorter/)
  })

  it('closes the file however reading ends', async function () {
    if (process.platform !== 'linux') this.skip()
    const root = scratch()
    const { store, folder, record: place } = await storeWithTask(root)
    put(folder, { a: Buffer.alloc(1_000_000) })
    record(place, { attempt: 1 }, Buffer.alloc(200_000))
    for (const path of ['a', '.majordomo/stdout']) {
      await allOf((await store.openFile('t1', path))!.read())
      await allOf((await store.openFile('t1', path))!.read({ start: 1, end: 2 }))
      for await (const _ of (await store.openFile('t1', path))!.read()) break
      const unread = (await store.openFile('t1', path))!.read()[Symbol.asyncIterator]()
      await unread.return!()
      await (await store.openFile('t1', path))!.close()
      expect(openIn(root), path).to.deep.equal([])
    }
  })

  it('shows what a process printed as a file, whole, while it goes on printing', async () => {
    const { store, record: place } = await storeWithTask(scratch())
    const writer = new RecordWriter(place, 'stdout', { attempt: 1, keep: 200_000 })
    const line = (n: number): Buffer => Buffer.from(`${String(n).padStart(99)}\n`)
    for (let n = 0; n < 3_000; n++) writer.write(line(n))
    const file = (await store.openFile('t1', '.majordomo/stdout'))!
    const some = (await store.openFile('t1', '.majordomo/stdout'))!
    expect(some.tag).to.equal(file.tag)
    for (let n = 3_000; n < 9_000; n++) writer.write(line(n))
    const later = (await store.openFile('t1', '.majordomo/stdout'))!
    expect(later.tag).not.to.equal(file.tag)
    await later.close()
    const bytes = await allOf(file.read())
    expect(bytes.length).to.equal(file.size).and.to.be.within(200_000, 270_000)
    expect(bytes.subarray(-100).equals(line(2_999))).to.equal(true)
    const range = { start: 60_000, end: 180_000 }
    expect((await allOf(some.read(range))).equals(bytes.subarray(60_000, 180_001))).to.equal(true)
    writer.close()
    expect(await store.openFile('t1', '.majordomo/stderr')).to.equal(undefined)
    expect(await store.openFile('t1', '.majordomo')).to.equal(undefined)
    expect(await store.openFile('t1', '.majordomo/../x')).to.equal(undefined)
  })

  it('never leads out, whatever a process swaps meanwhile', async function () {
    if (process.platform !== 'linux') this.skip()
    const { store, folder } = await storeWithTask(scratch())
    const outside = scratch()
    put(outside, { 'in/file': 'secret' })
    put(folder, { 'a/in/file': 'mine' })
    symlinkSync(outside, join(folder, 'link'))
    // A process of its own: it must not have to wait for the one that opens.
    const swap = `
      const { renameSync } = require('node:fs')
      process.chdir(process.argv[1])
      console.log('ready')
      for (;;) {
        renameSync('a', 'b'); renameSync('link', 'a')
        renameSync('a', 'link'); renameSync('b', 'a')
      }`
    const child = spawn(process.execPath, ['-e', swap, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await once(child.stdout, 'data')
      let opened = 0
      let missed = 0
      for (let i = 0; i < 3_000 || ((opened === 0 || missed === 0) && i < 30_000); i++) {
        const file = await store.openFile('t1', 'a/in/file')
        if (file === undefined) missed++
        else {
          opened++
          expect(String(await allOf(file.read()))).to.equal('mine')
        }
        if (i % 30 > 0) continue
        const { items } = (await store.list('t1', { limit: 100, folder: 'a' }))!
        for (const item of items) expect(item.size).to.be.oneOf([0, 4])
      }
      expect(opened, 'opened').to.be.greaterThan(0)
      expect(missed, 'missed').to.be.greaterThan(0)
    } finally {
      child.kill('SIGKILL')
      await once(child, 'close')
    }
  })

  it('finds no way out on systems without paths through handles either', async () => {
    const folder = scratch()
    const outside = scratch()
    put(outside, { 'in/file': 'secret' })
    put(folder, { 'a/in/file': 'mine' })
    symlinkSync(outside, join(folder, 'link'))
    symlinkSync(join(outside, 'in/file'), join(folder, 'a/link'))
    const root = await Folder.open(folder, false)
    const inner = await root.below(['a', 'in'])
    const file = (await inner.file('file'))!
    expect(await file.readFile('utf8')).to.equal('mine')
    await file.close()
    expect(await rejection(root.below(['link', 'in']))).to.include({ code: 'ENOTDIR' })
    expect(await rejection(Folder.open(join(folder, 'link'), false))).to.include({ code: 'ENOTDIR' })
    expect(await (await root.folder('a')).file('link')).to.equal(undefined)
    renameSync(join(folder, 'a'), join(folder, 'b'))
    symlinkSync(outside, join(folder, 'a'))
    expect(await inner.file('file')).to.equal(undefined)
  })
})
