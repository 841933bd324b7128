import { expect } from 'chai'
import { createClient, type Client } from '../../src/client/index.ts'
import type { TaskOps } from '../../src/index.ts'
import { startCutter, type Cutter } from './cutter.ts'
import { rejection } from '../rejection.ts'
import { startService, type TestService } from './service.ts'

describe('waitFor', () => {
  let service: TestService
  let cutter: Cutter
  let client: Client
  /** Ends the runs of HOLD. */
  let finish: () => void
  const requests: string[] = []

  beforeEach(async () => {
    requests.length = 0
    service = await startService({}, [
      (req, _res, next) => (requests.push(`${req.method} ${req.path}`), next()),
    ])
    const held = new Promise<void>((resolve) => (finish = resolve))
    service.manager.register('HOLD', { run: async () => held })
    service.manager.register('FAIL', {
      run(_ops: TaskOps) {
        throw new Error('as asked')
      },
    })
    cutter = await startCutter(service.port)
    client = createClient({
      baseUrl: `http://127.0.0.1:${cutter.port}/housekeeping`,
      reconnect: { least: 1, most: 20 },
    })
  })
  afterEach(async () => {
    finish()
    cutter.close()
    await service.close()
  })

  /** The request for the events has come in. */
  async function listening(): Promise<void> {
    while (!requests.includes('GET /housekeeping/events'))
      await new Promise((resolve) => setImmediate(resolve))
  }

  it('answers the task as it ended, well or badly', async () => {
    const { task } = await client.create('FAIL')
    expect(await client.waitFor(task.id)).to.deep.include({ id: task.id, state: 'FAILED' })
  })

  it('answers as soon as the task ends, and does not ask over and over', async () => {
    const { task } = await client.create('HOLD')
    const waiting = client.waitFor(task.id)
    await listening()
    finish()
    expect((await waiting).state).to.equal('SUCCEEDED')
    const asked = requests.filter((request) => request.startsWith('GET /housekeeping/tasks/'))
    expect(asked.length).to.be.at.most(3)
  })

  it('sees an end that came while the connection was broken', async () => {
    const { task } = await client.create('HOLD')
    const waiting = client.waitFor(task.id)
    await listening()
    cutter.refuse(true)
    cutter.cut()
    finish()
    await service.manager.waitFor(task.id)
    cutter.refuse(false)
    expect((await waiting).state).to.equal('SUCCEEDED')
  })

  it('answers the task as it is when its time is up', async () => {
    const { task } = await client.create('HOLD')
    expect((await client.waitFor(task.id, { timeout: 50 })).state).to.equal('ACTIVE')
  })

  it('gives up with the reason of its signal, and closes its connection', async () => {
    const { task } = await client.create('HOLD')
    const stop = new AbortController()
    const waiting = rejection(client.waitFor(task.id, { signal: stop.signal }))
    await listening()
    const reason = new Error('enough')
    stop.abort(reason)
    expect(await waiting).to.equal(reason)
  })

  it('says so when the task is deleted meanwhile', async () => {
    const { task } = await service.manager.create('HOLD', {}, { autoStart: false })
    const waiting = rejection(client.waitFor(task.id))
    await listening()
    await service.manager.delete(task.id, { force: true })
    expect(await waiting).to.satisfy((error: { code: string }) => error.code === 'task-not-found')
  })

  it('waits for many tasks at once', async () => {
    const created = await Promise.all(Array.from({ length: 20 }, () => client.create('HOLD')))
    const waiting = Promise.all(created.map(({ task }) => client.waitFor(task.id)))
    await listening()
    finish()
    expect((await waiting).every(({ state }) => state === 'SUCCEEDED')).to.equal(true)
  })
})
