import { expect } from 'chai'
import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { MajordomoError } from '../../src/core/errors.ts'
import { localFiles, temporaryFiles } from '../../src/files/index.ts'
import { rejection } from '../rejection.ts'
import { onSmallDisk, scratchFolders } from './folders.ts'
import { allOf, LIMITS, put, QUIET, storeWithTask } from './stores.ts'

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

describe('Uploads', () => {
  const scratch = scratchFolders()
  const refusal = async (adding: Promise<unknown>): Promise<[string, string, string]> => {
    const error = (await rejection(adding)) as MajordomoError
    return [error.code, error.faults[0]?.path ?? '', error.faults[0]?.message ?? '']
  }

  it('become the working directory of the task that they are given to', async () => {
    const root = scratch()
    const { store } = await storeWithTask(root)
    const upload = await store.stage(LIMITS)
    const info = await upload.add('a/b.txt', 'text')
    expect(info).to.include({ path: 'a/b.txt', kind: 'file', size: 4 })
    await upload.add('bytes', [Buffer.from('by'), Buffer.from('tes')])
    expect([...upload.digests]).to.deep.equal([
      ['a/b.txt', sha256('text')],
      ['bytes', sha256('bytes')],
    ])
    await upload.give('t2')
    const { folder } = await store.provide('t2')
    expect(readFileSync(join(folder, 'a/b.txt'), 'utf8')).to.equal('text')
    expect(readFileSync(join(folder, 'bytes'), 'utf8')).to.equal('bytes')
    expect(lstatSync(join(folder, 'bytes')).mode & 0o777).to.equal(0o600)
    for (const [path, mode] of [
      ['', 0o711],
      ['t2', 0o711],
      ['t2/files', 0o700],
      ['t2/files/a', 0o700],
      ['t2/record', 0o700],
      ['.staging', 0o700],
    ] as const) {
      // The scratch folder was there before the store.
      if (path !== '') expect(lstatSync(join(root, path)).mode & 0o777, path).to.equal(mode)
    }
    expect(readdirSync(join(root, '.staging'))).to.deep.equal([])
  })

  it('take nothing when their store was closed, and do not make its folder again', async () => {
    const store = temporaryFiles()
    await store.open(QUIET)
    const { folder } = await store.provide('t1')
    const upload = await store.stage(LIMITS)
    await upload.add('in/a', 'x')
    await store.close()
    for (const path of ['in/b', 'other/b', 'b'])
      expect((await refusal(upload.add(path, 'x')))[0]).to.equal('manager-closed')
    await upload.discard()
    expect(existsSync(dirname(dirname(folder)))).to.equal(false)
  })

  it('leave nothing when they are discarded, and refuse files from then on', async () => {
    const root = scratch()
    const { store } = await storeWithTask(root)
    const upload = await store.stage(LIMITS)
    await upload.add('a', 'x')
    await upload.discard()
    await upload.discard()
    expect(readdirSync(join(root, '.staging'))).to.deep.equal([])
    expect((await refusal(upload.add('b', 'x')))[0]).to.equal('invalid-request')
    expect((await refusal(upload.give('t3')))[0]).to.equal('invalid-request')
    const given = await store.stage(LIMITS)
    await given.add('a', 'x')
    await given.give('t4')
    await given.discard()
    expect((await store.list('t4', { limit: 10 }))!.items).to.have.length(1)
    expect((await refusal(given.add('b', 'x')))[0]).to.equal('invalid-request')
  })

  it('break off a file that is still coming when they are discarded', async () => {
    const root = scratch()
    const { store } = await storeWithTask(root)
    const upload = await store.stage(LIMITS)
    const source = new PassThrough()
    source.write('begun')
    const adding = rejection(upload.add('a', source))
    const discarding = upload.discard()
    source.write('more')
    await discarding
    expect(await adding).to.include({ code: 'invalid-request' })
    expect(source.destroyed).to.equal(true)
    expect(readdirSync(join(root, '.staging'))).to.deep.equal([])
  })

  it('wait for files that are still coming before they are given', async () => {
    const { store } = await storeWithTask(scratch())
    const upload = await store.stage(LIMITS)
    const source = new PassThrough()
    const adding = upload.add('a', source)
    const giving = upload.give('t2')
    source.end('late')
    await Promise.all([adding, giving])
    const file = await store.openFile('t2', 'a')
    expect(String(await allOf(file!.read()))).to.equal('late')
  })

  it('refuse names that do not mean the same everywhere, or lead elsewhere', async () => {
    const { store } = await storeWithTask(scratch())
    const upload = await store.stage(LIMITS)
    const names = [
      '',
      '/etc/passwd',
      'a//b',
      'a/',
      '.',
      '..',
      'a/../b',
      './a',
      'a\0b',
      'a\nb',
      'a\\b',
      'a\u009bb',
      '\ud800',
      'x'.repeat(256),
      'x/'.repeat(600).concat('x'),
      'ä'.repeat(128),
      'd/'.repeat(32).concat('f'),
      '.majordomo/stdout',
      '.majordomo',
      '.MajorDomo/x',
    ]
    for (const name of names) {
      const [code, path, message] = await refusal(upload.add(name, 'x'))
      expect([code, path], JSON.stringify(name)).to.deep.equal(['invalid-request', `files/${name}`])
      expect(message).not.to.equal('')
    }
    await upload.add('d/'.repeat(31).concat('f'), 'x')
    await upload.add('…/ ä.txt', 'x')
    await upload.add('.hidden', 'x')
    await upload.add('a.majordomo', 'x')
  })

  it('refuse a name that came before, and a file where a folder is', async () => {
    const { store } = await storeWithTask(scratch())
    const upload = await store.stage(LIMITS)
    const both = await Promise.allSettled([upload.add('a', 'one'), upload.add('a', 'two')])
    expect(both.map((one) => one.status)).to.deep.equal(['fulfilled', 'rejected'])
    await upload.add('b/c/d', 'x')
    expect(await refusal(upload.add('a', 'x'))).to.include('came twice')
    expect((await refusal(upload.add('a/b', 'x')))[2]).to.match(/a, which is a file/)
    expect((await refusal(upload.add('b/c', 'x')))[2]).to.match(/is a folder/)
  })

  it('take no more than their limits, and remove what is above them', async () => {
    const root = scratch()
    const { store } = await storeWithTask(root)
    const upload = await store.stage({ files: 2, fileSize: 10, totalSize: 15 })
    const chunks = [Buffer.alloc(6), Buffer.alloc(6)]
    expect(await refusal(upload.add('large', chunks))).to.deep.equal([
      'payload-too-large',
      'files/large',
      'is larger than 10 bytes',
    ])
    await upload.add('a', Buffer.alloc(10))
    expect((await refusal(upload.add('b', Buffer.alloc(6))))[2]).to.match(/15 bytes in all/)
    await upload.add('b', Buffer.alloc(5))
    expect((await refusal(upload.add('c', '')))[2]).to.match(/at most 2 files/)
    await upload.give('t2')
    expect(readdirSync(join(root, 't2/files'))).to.deep.equal(['a', 'b'])
    expect([...upload.digests.keys()]).to.deep.equal(['a', 'b'])
  })

  it('remove a file whose source fails, and take it again', async () => {
    const root = scratch()
    const { store } = await storeWithTask(root)
    const upload = await store.stage(LIMITS)
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half')
      throw new Error('cut off')
    }
    expect(await rejection(upload.add('a', failing()))).to.include({ message: 'cut off' })
    expect(upload.digests.size).to.equal(0)
    await upload.add('a', 'whole')
    await upload.give('t2')
    expect(readFileSync(join(root, 't2/files/a'), 'utf8')).to.equal('whole')
  })

  it('say so when the disk is full, and leave nothing of the file', async function () {
    const outcome = await onSmallDisk(scratch(), 512, async (root) => {
      const { store } = await storeWithTask(root)
      const upload = await store.stage(LIMITS)
      await upload.add('small', 'x')
      expect((await refusal(upload.add('large', Buffer.alloc(1_000_000))))[0]).to.equal('storage-full')
      await upload.add('fits', Buffer.alloc(300_000))
      await upload.discard()
      await store.close()
    })
    if (outcome === 'cannot mount') this.skip()
  })

  it('are copied as they are now for a re-run, without what they have become instead', async () => {
    const root = scratch()
    const { store } = await storeWithTask(root)
    expect(await store.restage('t1')).to.equal(undefined)
    expect(await store.restage('unknown')).to.equal(undefined)
    const upload = await store.stage(LIMITS)
    for (const name of ['kept', 'in/changed', 'removed', 'linked', 'folder/x']) await upload.add(name, name)
    await upload.give('t2')
    const { folder } = await store.provide('t2')
    writeFileSync(join(folder, 'in/changed'), 'as it is now')
    writeFileSync(join(folder, 'made'), 'by the process')
    rmSync(join(folder, 'removed'))
    rmSync(join(folder, 'linked'))
    symlinkSync('/etc/passwd', join(folder, 'linked'))
    rmSync(join(folder, 'folder'), { recursive: true })
    symlinkSync('/etc', join(folder, 'folder'))
    const again = await store.restage('t2')
    await again!.give('t3')
    const { items } = (await store.list('t3', { limit: 100 }))!
    expect(items.map((one) => one.path)).to.deep.equal(['in', 'in/changed', 'kept'])
    const file = await store.openFile('t3', 'in/changed')
    expect(String(await allOf(file!.read()))).to.equal('as it is now')
    const third = await store.restage('t3')
    expect([...third!.digests.keys()]).to.have.members(['in/changed', 'kept'])
    await third!.discard()
  })

  it('are removed with what was being removed when a store is opened, once they are too old', async () => {
    const root = scratch()
    const old = localFiles(root)
    await old.open(QUIET)
    const upload = await old.stage(LIMITS)
    await upload.add('a', 'x')
    mkdirSync(join(root, '.staging/removed-t9-00'))
    put(join(root, '.staging/upload-old'), { 'files/a': 'x' })
    utimesSync(join(root, '.staging/upload-old'), 0, 0)
    const store = localFiles(root)
    await store.open(QUIET)
    await store.close()
    expect(readdirSync(join(root, '.staging'))).to.have.length(1)
    await upload.give('t2')
    expect(await store.list('t2', { limit: 10 })).not.to.equal(undefined)
  })
})
