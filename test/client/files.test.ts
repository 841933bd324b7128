import { expect } from 'chai'
import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type Client } from '../../src/client/index.ts'
import type { TaskOps } from '../../src/index.ts'
import { rejection } from '../rejection.ts'
import { startService, type TestService } from './service.ts'

describe('files', () => {
  let service: TestService
  let client: Client
  let scratch: string

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'majordomo-client-'))
    service = await startService()
    service.manager.register('FILE', { files: true, args: { type: 'object' }, run: ({ args }) => args })
    client = createClient({ baseUrl: service.baseUrl })
  })
  after(async () => {
    await service.close()
    await rm(scratch, { recursive: true, force: true })
  })

  const texts = async (id: string): Promise<Record<string, string>> => {
    const found: Record<string, string> = {}
    for await (const { path, kind } of client.files(id))
      if (kind === 'file') found[path] = await (await client.file(id, path)).text()
    return found
  }

  it('come along with a creation, from wherever they are', async () => {
    await writeFile(join(scratch, 'on-disk'), 'disk')
    const files = {
      'text.txt': 'text ✓',
      'deep/er/ünï #1?.bin': new Uint8Array([65, 66]),
      'a 100%/buffer': new TextEncoder().encode('buffer').buffer,
      disk: await openAsBlob(join(scratch, 'on-disk')),
    }
    const { task, duplicate } = await client.create('FILE', { n: 1 }, { files, wait: 10_000, priority: 3 })
    expect(duplicate).to.equal(false)
    expect([task.state, task.result, task.priority]).to.deep.equal(['SUCCEEDED', { n: 1 }, 3])
    expect(await texts(task.id)).to.deep.equal({
      'text.txt': 'text ✓',
      'deep/er/ünï #1?.bin': 'AB',
      'a 100%/buffer': 'buffer',
      disk: 'disk',
    })
  })

  it('come along to services that are several, too', async () => {
    const several = createClient({ baseUrl: ['http://127.0.0.1:1/housekeeping', service.baseUrl] })
    const { task, duplicate } = await several.create('FILE', {}, { files: { 'a.txt': 'a' } })
    expect(duplicate).to.equal(false)
    expect(await texts(task.id)).to.deep.equal({ 'a.txt': 'a' })
  })

  it('are listed over as many pages as there are, or by folder', async () => {
    const names = Array.from({ length: 1100 }, (_, i) => `many/${String(i).padStart(4, '0')}`)
    const upload = await service.manager.upload({ files: 2000 })
    for (const name of [...names, 'other']) await upload.add(name, name)
    const { task } = await service.manager.create('FILE', {}, { files: upload })
    const listed = async (folder?: string) => {
      const paths: string[] = []
      for await (const { path, kind } of client.files(task.id, folder === undefined ? {} : { folder }))
        if (kind === 'file') paths.push(path)
      return paths
    }
    expect(await listed()).to.deep.equal([...names, 'other'])
    expect(await listed('many')).to.deep.equal(names)
  })

  it('are read whole, in parts, or all together', async () => {
    const { task } = await client.create('FILE', {}, { files: { digits: '0123456789', empty: '' } })
    const whole = await client.file(task.id, 'digits')
    expect([whole.status, await whole.text()]).to.deep.equal([200, '0123456789'])
    const part = await client.file(task.id, 'digits', { range: { start: 2, end: 4 } })
    expect([part.status, await part.text()]).to.deep.equal([206, '234'])
    expect(await (await client.file(task.id, 'digits', { range: { start: 8 } })).text()).to.equal('89')
    expect(await (await client.file(task.id, 'empty')).text()).to.equal('')
    const archive = new Uint8Array(await (await client.archive(task.id)).arrayBuffer())
    expect([archive[0], archive[1]]).to.deep.equal([0x1f, 0x8b])
    const beyond = rejection(client.file(task.id, 'digits', { range: { start: 10 } }))
    expect(await beyond).to.include({ code: 'unsatisfiable-range', status: 416 })
  })

  it('are refused where there are none, and never taken for something else', async () => {
    const { task } = await client.create('FILE', {}, { files: { a: 'a' } })
    for (const path of ['b', '.', '..', '', '../..', 'a/..', 'x/../a', './a', '/a', 'a/', '%2e%2e'])
      expect(await rejection(client.file(task.id, path)), path).to.include({ code: 'file-not-found' })
    expect(await rejection(client.archive('none'))).to.include({ code: 'task-not-found' })
    expect(await rejection(client.files('none').next())).to.include({ code: 'task-not-found' })
    const large = client.create('FILE', {}, { files: { '../x': 'x' } })
    expect(await rejection(large)).to.include({ code: 'invalid-request' })
  })

  it('end with the reason of a signal', async () => {
    const reason = new Error('enough')
    const signal = AbortSignal.abort(reason)
    const asked = [
      client.file('x', 'a', { signal }),
      client.archive('x', { signal }),
      client.files('x', { signal }).next(),
      client.create('FILE', {}, { files: { a: 'a' }, signal }),
      client.reportProgress('x', 'token', { message: 'x' }, { signal }),
    ]
    for (const one of asked) expect(await rejection(one)).to.equal(reason)
  })
})

describe('reportProgress', () => {
  it('tells of a task by the token of its run, until that has ended', async () => {
    const service = await startService()
    const client = createClient({ baseUrl: service.baseUrl })
    const running = new Promise<{ token: string; end(): void }>((resolve) => {
      service.manager.register('RUN', {
        run: (ops: TaskOps) => new Promise<void>((end) => resolve({ token: ops.token(), end })),
      })
    })
    const { task } = await client.create('RUN')
    const { token, end } = await running
    await client.reportProgress(task.id, token, { progress: { done: 1, total: 4 }, message: 'a quarter' })
    expect(await rejection(client.reportProgress(task.id, 'wrong', { message: 'x' }))).to.include({
      code: 'invalid-token',
    })
    end()
    expect((await client.waitFor(task.id)).progress).to.include({ percent: 25 })
    const late = client.reportProgress(task.id, token, { message: 'late' })
    expect(await rejection(late)).to.include({ code: 'invalid-token' })
    await service.close()
  })
})
