import { expect } from 'chai'
import type { Worker } from '../../src/index.ts'
import { waitForState } from '../../src/testing/index.ts'
import { rulesFor, type Person } from './people.ts'
import { ask, restSuite, type Service } from './service.ts'

restSuite('The REST API of workers', ({ serve }) => {
  let service: Service
  afterEach(() => service.close())

  const list = async (headers = {}): Promise<Worker[]> =>
    (await ask(service, 'GET', '/hk/workers', { headers })).body.items
  const set = (id: string, state: string, headers = {}) =>
    ask(service, 'PATCH', `/hk/workers/${encodeURIComponent(id)}`, { body: { state }, headers })

  it('tells who is there and what they can do', async () => {
    service = await serve({ manager: { concurrency: 3, tags: ['disk'] } })
    const [worker, ...others] = await list()
    expect(others).to.deep.equal([])
    expect(worker).to.include({ pid: process.pid, state: 'running', concurrency: 3, running: 0 })
    expect(worker!.tags).to.deep.equal(['disk'])
    expect(worker!.operations).to.have.members(['ECHO', 'HOLD', 'FAIL', 'LOG'])
    expect(worker!.startedAt).to.match(/^\d{4}-\d\d-\d\dT.*Z$/)
    expect(worker!.heartbeatAt).to.match(/^\d{4}-\d\d-\d\dT.*Z$/)
  })

  it('lets one start no more tasks, and start them again', async () => {
    service = await serve()
    const [worker] = await list()
    const paused = await set(worker!.id, 'paused')
    expect([paused.status, paused.body.state]).to.deep.equal([200, 'paused'])
    const { body: task } = await ask(service, 'POST', '/hk/tasks', { body: { operation: 'ECHO' } })
    const waited = { timeout: 50 }
    expect((await service.manager.waitFor(task.id, waited)).state).to.equal('NEW')
    expect((await set(worker!.id, 'running')).body.state).to.equal('running')
    expect((await service.manager.waitFor(task.id)).state).to.equal('SUCCEEDED')
  })

  it('is drained once its last run has ended', async () => {
    service = await serve()
    const { body: task } = await ask(service, 'POST', '/hk/tasks', { body: { operation: 'HOLD' } })
    await waitForState(service.manager, task.id, 'ACTIVE')
    const [worker] = await list()
    expect((await set(worker!.id, 'draining')).body).to.include({ state: 'draining', running: 1 })
    await ask(service, 'POST', `/hk/tasks/${task.id}/cancel`)
    await service.manager.waitFor(task.id)
    expect((await list())[0]).to.include({ state: 'drained', running: 0 })
  })

  it('is refused for one that is not there, and for a state that is none', async () => {
    service = await serve()
    const missing = await set('nobody', 'paused')
    expect([missing.status, missing.body.code]).to.deep.equal([404, 'worker-not-found'])
    const [worker] = await list()
    const odd = await set(worker!.id, 'drained')
    expect([odd.status, odd.body.errors[0].path]).to.deep.equal([400, '/state'])
  })

  it('is for those who manage all that the worker does', async () => {
    const all = { ECHO: true, HOLD: true, FAIL: true, LOG: true } as const
    const people: Record<string, Person> = {
      boss: { manage: all },
      ann: { view: all, manage: { ...all, LOG: 'own' } },
    }
    service = await serve({ router: { access: rulesFor(people) } })
    const [worker] = await list({ 'x-user': 'boss' })
    expect(await list({ 'x-user': 'ann' })).to.deep.equal([])
    const [hidden, missing] = [
      await set(worker!.id, 'paused', { 'x-user': 'ann' }),
      await set('nobody', 'paused', { 'x-user': 'ann' }),
    ]
    expect(hidden.status).to.equal(404)
    expect(hidden.body).to.deep.equal(missing.body)
    expect((await set(worker!.id, 'paused', { 'x-user': 'boss' })).status).to.equal(200)
  })
})
