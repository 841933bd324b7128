import { expect } from 'chai'
import { lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { localFiles, sharedFiles, temporaryFiles } from '../../src/files/index.ts'
import { thrown } from '../core/thrown.ts'
import { rejection } from '../rejection.ts'
import { scratchFolders } from './folders.ts'
import { allOf, LIMITS, put, QUIET, storeWithTask } from './stores.ts'
import { record } from './record/recorded.ts'

describe('Stores of files', () => {
  const scratch = scratchFolders()

  it('make their folder, through which others can reach their own', async () => {
    const root = join(scratch(), 'new/store')
    const store = localFiles(`${root}/`)
    expect([store.shared, store.running]).to.deep.equal([false, join(root, '.running')])
    expect(sharedFiles(root).shared).to.equal(true)
    await store.open(QUIET)
    expect(lstatSync(root).mode & 0o777).to.equal(0o711)
    expect(lstatSync(join(root, '.running')).mode & 0o777).to.equal(0o700)
    expect(readdirSync(join(root, '.staging'))).to.deep.equal([])
    await store.close()
  })

  it('refuse options that do not fit, naming them', () => {
    expect(thrown(() => localFiles('relative/path'))).to.match(/"root" to be the absolute path/)
    expect(thrown(() => localFiles(undefined as never))).to.match(/"root"/)
    expect(thrown(() => localFiles('/x', { uploadFor: '1d' } as never))).to.match(/mean "uploadsFor"/)
    expect(thrown(() => sharedFiles('/x', { uploadsFor: '1s' }))).to.match(/at least a minute/)
  })

  it('say which folder cannot be used', async () => {
    const root = scratch()
    writeFileSync(join(root, 'file'), '')
    const error = await rejection(localFiles(join(root, 'file/store')).open(QUIET))
    expect(error).to.include({ code: 'invalid-option' })
    expect(error).to.match(new RegExp(`"${join(root, 'file/store')}" cannot be used: ENOTDIR`))
  })

  it('provide the folders of a task, again and again, whatever a run has made of them', async () => {
    const { store, folder, record: place } = await storeWithTask(scratch())
    put(folder, { kept: 'x' })
    await store.provide('t1')
    expect(readdirSync(folder)).to.deep.equal(['kept'])
    expect(lstatSync(folder).mode & 0o777).to.equal(0o700)
    expect(lstatSync(place).mode & 0o777).to.equal(0o700)
    expect(lstatSync(dirname(folder)).mode & 0o777).to.equal(0o711)
    expect(await rejection(store.provide('../t1'))).to.include({ code: 'invalid-option' })
  })

  it('tell which tasks they have something of', async () => {
    const root = scratch()
    const { store } = await storeWithTask(root)
    await store.provide('t2')
    mkdirSync(join(root, 'lost+found'))
    writeFileSync(join(root, 'notes'), '')
    symlinkSync('t1', join(root, 't3'))
    const kept: string[] = []
    const began = Date.now() - 60_000
    for await (const { id, since } of store.kept()) {
      expect(since).to.be.within(began, Date.now() + 1)
      kept.push(id)
    }
    expect(kept.sort()).to.deep.equal(['t1', 't2'])
  })

  it('read what processes printed', async () => {
    const { store, record: place } = await storeWithTask(scratch())
    record(place, { attempt: 1 }, 'one\ntwo\nrest')
    const query = { stream: 'stdout', after: 0, limit: 10 } as const
    const page = (await store.readOutput('t1', query))!
    expect(page.items.map((one) => one.text)).to.deep.equal(['one', 'two'])
    expect((await store.readOutput('t1', { ...query, tail: 1 }))!.items).to.deep.equal(page.items.slice(1))
    expect((await store.readOutput('t1', { ...query, rest: true }))!.items).to.have.length(3)
    const all: unknown[] = []
    for await (const { items } of (await store.outputPages('t1', query))!) all.push(...items)
    expect(all).to.deep.equal(page.items)
    for (const stream of ['stderr', 'log', 'items'] as const) {
      expect(await store.readOutput('t1', { ...query, stream })).to.equal(undefined)
      expect(await store.outputPages('t1', { ...query, stream })).to.equal(undefined)
    }
    expect(await store.readOutput('../t1', query)).to.equal(undefined)
    expect(await store.outputPages('../t1', query)).to.equal(undefined)
  })

  it('can be temporary: then they are made when they are needed, and gone when they are closed', async () => {
    const before = readdirSync(tmpdir()).filter((name) => /^majordomo-[^-]{6}$/.test(name))
    const store = temporaryFiles()
    await store.open(QUIET)
    expect([store.shared, store.running]).to.deep.equal([false, undefined])
    expect(await store.list('t1', { limit: 10 })).to.equal(undefined)
    expect(await store.openFile('t1', 'a')).to.equal(undefined)
    expect(await store.archive('t1')).to.equal(undefined)
    expect(await store.restage('t1')).to.equal(undefined)
    expect(await store.readOutput('t1', { stream: 'stdout', after: 0, limit: 1 })).to.equal(undefined)
    expect(await store.outputPages('t1', { stream: 'stdout', after: 0 })).to.equal(undefined)
    await store.remove('t1')
    for await (const _ of store.kept()) throw new Error('nothing is kept')
    expect(readdirSync(tmpdir()).filter((name) => /^majordomo-[^-]{6}$/.test(name))).to.deep.equal(before)

    const [upload, { folder, running }] = await Promise.all([store.stage(LIMITS), store.provide('t1')])
    const root = dirname(dirname(folder))
    expect(lstatSync(root).mode & 0o777).to.equal(0o711)
    expect(running).to.equal(join(root, '.running'))
    await upload.add('a', 'text')
    await upload.give('t2')
    expect(String(await allOf((await store.openFile('t2', 'a'))!.read()))).to.equal('text')
    await store.close()
    await store.close()
    expect(() => lstatSync(root)).to.throw(/ENOENT/)
  })
})
