import { expect } from 'chai'
import { createClient, type Client, type OutputEntry } from '../../src/client/index.ts'
import type { TaskOps } from '../../src/index.ts'
import { startCutter, type Cutter } from './cutter.ts'
import { rejection } from '../rejection.ts'
import { startService, type TestService } from './service.ts'

describe('output', () => {
  let service: TestService
  let cutter: Cutter
  let client: Client
  /** The run of WRITE that goes on. */
  let writing: { ops: TaskOps; end: () => void }

  beforeEach(async () => {
    service = await startService()
    service.manager
      .register('WRITE', { run: (ops: TaskOps) => new Promise<void>((end) => (writing = { ops, end })) })
      .register('MANY', {
        run(ops: TaskOps) {
          for (let i = 0; i < 2500; i++) ops.output('items').write({ data: i })
        },
      })
    cutter = await startCutter(service.port)
    client = createClient({
      baseUrl: `http://127.0.0.1:${cutter.port}/housekeeping`,
      reconnect: { least: 1, most: 20 },
    })
  })
  afterEach(async () => {
    cutter.close()
    await service.close()
  })

  async function all(entries: AsyncGenerator<OutputEntry, void>): Promise<OutputEntry[]> {
    const seen: OutputEntry[] = []
    for await (const entry of entries) seen.push(entry)
    return seen
  }

  async function started(): Promise<string> {
    const { task } = await client.create('WRITE')
    while ((await client.get(task.id)).state !== 'ACTIVE')
      await new Promise((resolve) => setImmediate(resolve))
    return task.id
  }

  const texts = (entries: readonly OutputEntry[]) => entries.map(({ text }) => text)

  it('reads all that there is, over as many pages as there are', async () => {
    const { task } = await client.create('MANY')
    await client.waitFor(task.id)
    const entries = await all(client.output(task.id, { stream: 'items' }))
    expect(entries.map(({ data }) => data)).to.deep.equal(Array.from({ length: 2500 }, (_, i) => i))
  })

  it('reads the end only, or from a place on', async () => {
    const { task } = await client.create('MANY')
    await client.waitFor(task.id)
    const last = await all(client.output(task.id, { stream: 'items', tail: 2 }))
    expect(last.map(({ data }) => data)).to.deep.equal([2498, 2499])
    const behind = await all(client.output(task.id, { stream: 'items', after: last[0]!.seq }))
    expect(behind.map(({ data }) => data)).to.deep.equal([2499])
  })

  it('does not wait for more unless it is told to follow', async () => {
    const id = await started()
    writing.ops.log('info', 'one')
    await flushed(id, 1)
    expect(texts(await all(client.output(id)))).to.deep.equal(['one'])
    writing.end()
  })

  it('follows what is written until the task has ended', async () => {
    const id = await started()
    const following = client.output(id, { follow: true })
    writing.ops.log('info', 'one')
    expect((await following.next()).value).to.include({ text: 'one', level: 'info', stream: 'log' })
    writing.ops.log('warn', 'two')
    expect((await following.next()).value).to.include({ text: 'two', level: 'warn' })
    writing.end()
    expect((await following.next()).done).to.equal(true)
  })

  it('follows over connections that break, and tells each entry once', async () => {
    const id = await started()
    const following = client.output(id, { follow: true })
    const seen: OutputEntry[] = []
    for (let round = 0; round < 4; round++) {
      writing.ops.log('info', `${round} a`)
      seen.push((await following.next()).value as OutputEntry)
      cutter.cut()
      writing.ops.log('info', `${round} b`)
      seen.push((await following.next()).value as OutputEntry)
    }
    cutter.cut()
    writing.ops.log('info', 'last')
    writing.end()
    seen.push(...(await all(following)))
    expect(texts(seen)).to.deep.equal([...[0, 1, 2, 3].flatMap((n) => [`${n} a`, `${n} b`]), 'last'])
    expect(seen.map(({ seq }) => seq)).to.deep.equal([...new Set(seen.map(({ seq }) => seq))])
  })

  it('follows from the end on, with tail', async () => {
    const id = await started()
    for (const text of ['one', 'two', 'three']) writing.ops.log('info', text)
    await flushed(id, 3)
    const following = client.output(id, { follow: true, tail: 1 })
    expect((await following.next()).value).to.include({ text: 'three' })
    writing.ops.log('info', 'four')
    writing.end()
    expect(texts(await all(following))).to.deep.equal(['four'])
  })

  it('is refused for a task that is not there', async () => {
    expect(await rejection(all(client.output('none')))).to.include({ code: 'task-not-found' })
    expect(await rejection(all(client.output('none', { follow: true })))).to.include({
      code: 'task-not-found',
    })
  })

  it('ends with the reason of its signal', async () => {
    const id = await started()
    const stop = new AbortController()
    const reading = rejection(client.output(id, { follow: true, signal: stop.signal }).next())
    const reason = new Error('enough')
    stop.abort(reason)
    expect(await reading).to.equal(reason)
    writing.end()
  })

  /** What a run writes is stored a moment later. */
  async function flushed(id: string, count: number): Promise<void> {
    while ((await service.manager.output(id, { stream: 'log' })).items.length < count) {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
})
