import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FileStore } from '../../src/core/files.ts'
import { rejection } from '../rejection.ts'
import { scratchFolders } from './folders.ts'
import { allOf, openIn, put, storeWithTask } from './stores.ts'
import { record } from './record/recorded.ts'

describe('Lists of files', () => {
  const scratch = scratchFolders()

  async function paths(store: FileStore, query: { folder?: string; after?: string } = {}): Promise<string[]> {
    return (await store.list('t1', { limit: 1000, ...query }))!.items.map((one) => one.path)
  }

  it('tell what lies there, a folder before what lies in it', async () => {
    const { store, folder } = await storeWithTask(scratch())
    put(folder, { 'a/x': '1', 'a.txt': '22', 'a/b/c': '', z: '333' })
    symlinkSync('/etc/passwd', join(folder, 'link'))
    execFileSync('mkfifo', [join(folder, 'pipe')])
    const { items, cursor } = (await store.list('t1', { limit: 100 }))!
    expect(items.map((one) => [one.path, one.kind, one.size])).to.deep.equal([
      ['a', 'folder', 0],
      ['a/b', 'folder', 0],
      ['a/b/c', 'file', 0],
      ['a/x', 'file', 1],
      ['a.txt', 'file', 2],
      ['link', 'link', 0],
      ['pipe', 'other', 0],
      ['z', 'file', 3],
    ])
    expect(cursor).to.equal(undefined)
    expect(items[0]!.modifiedAt).to.be.closeTo(Date.now(), 60_000)
  })

  it('come by pages that follow each other without a gap, whatever their size', async () => {
    const { store, folder } = await storeWithTask(scratch())
    const names = ['a', 'a.b', 'a-b', 'b', 'ä', '€', '.x', '.zz', 'c d']
    for (const one of names)
      for (const two of names) put(folder, { [`${one}/${two}/f`]: '', [`${one}/${two}.f`]: '' })
    record((await store.provide('t1')).record, { attempt: 1 }, 'x')
    const all = await paths(store)
    expect(all).to.have.length(9 + 81 * 3 + 2)
    for (const limit of [1, 2, 7, 100, all.length - 1, all.length]) {
      const paged: string[] = []
      let after: string | undefined
      do {
        const page = (await store.list('t1', { limit, ...(after === undefined ? {} : { after }) }))!
        expect(page.items.length).to.be.at.most(limit)
        paged.push(...page.items.map((one) => one.path))
        after = page.cursor
      } while (after !== undefined)
      expect(paged, String(limit)).to.deep.equal(all)
    }
  })

  it('tell of names that are no text, each byte that is none as % and two digits, and of texts as they are', async () => {
    const { store, folder } = await storeWithTask(scratch())
    const raw = (...parts: (string | number)[]) =>
      Buffer.concat(
        [`${folder}/`, ...parts].map((part) => Buffer.from(typeof part === 'string' ? part : [part])),
      )
    mkdirSync(raw('caf', 0xe9))
    writeFileSync(raw('caf', 0xe9, '/na', 0xef, 've.txt'), 'Latin-1')
    writeFileSync(raw('é€😀', 0xff, 'é'), '')
    writeFileSync(raw(0xe2, 0x82), '')
    writeFileSync(raw('%E9', 0xe9), '')
    put(folder, { 'caf%E8': '', 'ab%FF\ufffd': '', '100%': '' })
    const all = [
      '%25E9%E9',
      '%E2%82',
      '100%',
      'ab%FF\ufffd',
      'caf%E8',
      'caf%E9',
      'caf%E9/na%EFve.txt',
      'é€😀%FFé',
    ]
    expect(await paths(store)).to.deep.equal(all)
    for (const [i, after] of all.entries())
      expect(await paths(store, { after })).to.deep.equal(all.slice(i + 1))
    expect(await paths(store, { folder: 'caf%E9' })).to.deep.equal(['caf%E9/na%EFve.txt'])
    for (const path of all.filter((one) => one !== 'caf%E9')) {
      const file = await store.openFile('t1', path)
      expect(file, path).to.include({ path })
      const bytes = await allOf(file!.read())
      expect(String(bytes)).to.equal(path.endsWith('.txt') ? 'Latin-1' : '')
    }
    for (const path of ['caf%e9/na%EFve.txt', 'caf%E9/naïve.txt', '%FE', '100%25', '%C3%A9'])
      expect(await store.openFile('t1', path), path).to.equal(undefined)
  })

  it('leave out what lies so deep that no page could go on behind it', async () => {
    const { store, folder } = await storeWithTask(scratch())
    const deep =
      'for i in $(seq 20); do mkdir "$0" && cd "$0" && echo > f || exit 1; done; cd "$1" && echo > z'
    execFileSync('bash', ['-c', deep, 'n'.repeat(250), folder], { cwd: folder })
    let after: string | undefined
    const paged: string[] = []
    do {
      const page = (await store.list('t1', { limit: 3, ...(after === undefined ? {} : { after }) }))!
      paged.push(...page.items.map((one) => one.path))
      after = page.cursor
      expect(after?.length ?? 0).to.be.at.most(4096)
    } while (after !== undefined)
    // Folders up to a depth of 16, with a file in each of the first 16.
    expect(paged).to.have.length(16 + 16 + 1)
    expect(paged.at(-1)).to.equal('z')
    await store.remove('t1')
  })

  it('go on behind a path that is gone by now', async () => {
    const { store, folder } = await storeWithTask(scratch())
    put(folder, { 'a/1': '', 'a/2': '', b: '' })
    expect(await paths(store, { after: 'a/1' })).to.deep.equal(['a/2', 'b'])
    rmSync(join(folder, 'a'), { recursive: true })
    expect(await paths(store, { after: 'a/1' })).to.deep.equal(['b'])
    put(folder, { a: 'a file now' })
    expect(await paths(store, { after: 'a/1' })).to.deep.equal(['b'])
    expect(await rejection(paths(store, { after: '../x' }))).to.include({ code: 'invalid-cursor' })
  })

  it('tell of one folder when asked to, and nothing of one that is not there', async () => {
    const { store, folder } = await storeWithTask(scratch())
    put(folder, { 'a/b/c': '', 'a/b/d': '', 'a/e': '', f: '' })
    symlinkSync('a', join(folder, 'link'))
    expect(await paths(store, { folder: 'a' })).to.deep.equal(['a/b', 'a/b/c', 'a/b/d', 'a/e'])
    expect(await paths(store, { folder: 'a/b/', after: 'a/b/c' })).to.deep.equal(['a/b/d'])
    expect(await paths(store, { folder: 'a/b', after: 'a' })).to.deep.equal(['a/b/c', 'a/b/d'])
    expect(await paths(store, { folder: 'a/b', after: 'a/c' })).to.deep.equal([])
    for (const none of ['x', 'f', 'link', 'link/b', '..', '../..', '/etc', 'a/../..', ''])
      expect(await paths(store, { folder: none }), none).to.deep.equal([])
  })

  it('show what processes printed as files, and hide what lies in their place', async () => {
    const { store, folder, record: place } = await storeWithTask(scratch())
    put(folder, { '.majordomo/stdout': 'forged', '.majordomo/other': '', '.a': '', b: '' })
    expect(await paths(store)).to.deep.equal(['.a', 'b'])
    record(place, { attempt: 1 }, 'printed\n')
    const { items } = (await store.list('t1', { limit: 10 }))!
    expect(items.map((one) => [one.path, one.kind, one.size])).to.deep.equal([
      ['.a', 'file', 0],
      ['.majordomo', 'folder', 0],
      ['.majordomo/stdout', 'file', 8],
      ['b', 'file', 0],
    ])
    expect(await paths(store, { after: '.majordomo' })).to.deep.equal(['.majordomo/stdout', 'b'])
    expect(await paths(store, { folder: '.majordomo' })).to.deep.equal(['.majordomo/stdout'])
    expect(await paths(store, { folder: '.majordomo', after: '.majordomo/stdout' })).to.deep.equal([])
  })

  it('know nothing of tasks that have nothing, and of ids that are none', async () => {
    const root = scratch()
    const { store } = await storeWithTask(join(root, 'store'))
    put(root, { 'files/secret': 'x' })
    for (const id of ['t2', '..', '.staging', '', 'a/b', 'x'.repeat(65)])
      expect(await store.list(id, { limit: 10 }), id).to.equal(undefined)
  })

  it('follow no link, also when a process puts one in place of the working directory', async () => {
    const { store, folder } = await storeWithTask(scratch())
    const outside = scratch()
    put(outside, { secret: 'x' })
    put(folder, { 'a/b': '' })
    rmSync(folder, { recursive: true })
    symlinkSync(outside, folder)
    expect(await paths(store)).to.deep.equal([])
    await store.provide('t1')
    mkdirSync(join(folder, 'made'))
    expect(await paths(store)).to.deep.equal(['made'])
  })

  it('hold nothing open behind them', async function () {
    if (process.platform !== 'linux') this.skip()
    const root = scratch()
    const { store, folder } = await storeWithTask(root)
    put(folder, { 'a/b/c/d': '', 'a/b/c/e': '', f: '' })
    await store.list('t1', { limit: 4 })
    await store.list('t1', { limit: 100 })
    await store.list('t1', { limit: 2, folder: 'a/b' })
    expect(openIn(root)).to.deep.equal([])
  })

  it('end, however deep folders lie', async () => {
    const { store, folder } = await storeWithTask(scratch())
    mkdirSync(join(folder, 'd/'.repeat(300)), { recursive: true })
    expect((await paths(store)).length).to.be.within(100, 200)
    await store.remove('t1')
    expect(await store.list('t1', { limit: 10 })).to.equal(undefined)
  })
})
