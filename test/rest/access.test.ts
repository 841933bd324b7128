import { expect } from 'chai'
import type { Request } from 'express'
import { ask, restSuite, type Service } from './service.ts'
import { rulesFor, type Person } from './people.ts'

const PEOPLE: Record<string, Person> = {
  boss: {
    view: { ECHO: true, HOLD: true, FAIL: true, LOG: true },
    create: ['ECHO', 'HOLD', 'FAIL', 'LOG'],
    cancel: { HOLD: true },
    manage: { ECHO: true, HOLD: true, FAIL: true },
  },
  ann: { view: { HOLD: 'own' }, create: ['HOLD', 'ECHO'], cancel: { HOLD: 'own' }, manage: { HOLD: 'own' } },
  bob: { view: { HOLD: 'own', FAIL: true }, create: ['HOLD'], cancel: {}, manage: {} },
  eve: {},
}

restSuite('Access to the REST API', ({ serve }) => {
  let service: Service
  beforeEach(async () => {
    service = await serve({ router: { access: rulesFor(PEOPLE), challenge: 'Basic realm="hk"' } })
  })
  afterEach(() => service.close())

  const as = (user: string, method: string, path: string, body?: unknown, headers = {}) =>
    ask(service, method, `/hk${path}`, {
      headers: { 'x-user': user, ...headers },
      ...(body !== undefined && { body }),
    })
  const create = async (user: string, operation: string, more = {}) =>
    as(user, 'POST', '/tasks', { operation, autoStart: false, ...more })
  const outcome = ({ status, body }: { status: number; body: { code?: string } | undefined }) => [
    status,
    body?.code,
  ]

  it('is nobody else than who the host knows, and tells how to become known', async () => {
    for (const [method, path] of [
      ['GET', '/tasks'],
      ['POST', '/tasks'],
      ['GET', '/tasks/x'],
      ['POST', '/tasks/bulk'],
      ['GET', '/events'],
      ['GET', '/operations'],
      ['GET', '/openapi.json'],
      ['GET', '/version'],
      ['GET', '/docs'],
      ['GET', '/docs/swagger-ui.css'],
    ]) {
      const answer = await ask(service, method!, `/hk${path}`)
      expect(outcome(answer), path).to.deep.equal([401, 'unauthenticated'])
      expect(answer.headers['www-authenticate'], path).to.equal('Basic realm="hk"')
    }
  })

  it('is open for health and readiness, which tell nothing else', async () => {
    for (const path of ['/health', '/ready']) {
      const { status, text } = await ask(service, 'GET', `/hk${path}`)
      expect([status, text]).to.deep.equal([200, '{"status":"ok"}'])
    }
  })

  it('does not tell a task that may not be seen from one that is not there', async () => {
    const { body: task } = await create('boss', 'HOLD')
    const missing = (await as('ann', 'GET', '/tasks/nope')).text
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { priority: 1 }],
      ['DELETE', '', undefined],
      ['POST', '/cancel', undefined],
      ['POST', '/rerun', undefined],
      ['GET', '/output', undefined],
    ] as const) {
      const answer = await as('ann', method, `/tasks/${task.id}${path}`, body)
      expect([answer.status, answer.text], `${method} ${path}`).to.deep.equal([404, missing])
    }
    expect((await service.manager.get(task.id)).state).to.equal('NEW')
  })

  it('is refused by name where only the right is missing', async () => {
    const { body: task } = await create('bob', 'HOLD')
    for (const [method, path, body] of [
      ['PATCH', `/tasks/${task.id}`, { priority: 1 }],
      ['DELETE', `/tasks/${task.id}`, undefined],
      ['POST', `/tasks/${task.id}/cancel`, undefined],
      ['POST', '/tasks', { operation: 'FAIL' }],
      ['PATCH', '/operations/FAIL', { paused: true }],
    ] as const) {
      expect(outcome(await as('bob', method, path, body)), `${method} ${path}`).to.deep.equal([
        403,
        'forbidden',
      ])
    }
    expect(outcome(await create('bob', 'NOPE'))).to.deep.equal([403, 'forbidden'])
  })

  it("lets see and touch one's own tasks only, where it says so", async () => {
    const { body: own } = await create('ann', 'HOLD')
    expect(own.createdBy).to.equal('ann')
    const { body: other } = await create('bob', 'HOLD')
    expect((await as('ann', 'GET', `/tasks/${own.id}`)).status).to.equal(200)
    expect((await as('ann', 'PATCH', `/tasks/${own.id}`, { priority: 3 })).status).to.equal(200)
    expect((await as('ann', 'POST', `/tasks/${own.id}/cancel`)).body.reason.by).to.equal('ann')
    expect((await as('ann', 'DELETE', `/tasks/${own.id}`)).status).to.equal(204)
    expect((await as('ann', 'GET', `/tasks/${other.id}`)).status).to.equal(404)
  })

  it('filters lists and their totals before they are counted and cut', async () => {
    for (let i = 0; i < 3; i++) await create('ann', 'HOLD')
    for (let i = 0; i < 2; i++) await create('bob', 'HOLD')
    await create('boss', 'FAIL')
    const totals = async (user: string, query = '') =>
      (await as(user, 'GET', `/tasks${query}`)).body.total as number
    expect(await totals('boss')).to.equal(6)
    expect(await totals('ann')).to.equal(3)
    expect(await totals('bob')).to.equal(3)
    expect(await totals('bob', '?operation=FAIL')).to.equal(1)
    expect(await totals('ann', '?operation=FAIL')).to.equal(0)
    expect(await totals('eve')).to.equal(0)
    const first = await as('ann', 'GET', '/tasks?limit=2')
    expect(first.body.items).to.have.length(2)
    const second = await as('ann', 'GET', `/tasks?limit=2&cursor=${encodeURIComponent(first.body.cursor)}`)
    expect(second.body.items).to.have.length(1)
    expect(second.body).not.to.have.property('cursor')
  })

  it('shows operations that may be seen, with counts of what may be seen', async () => {
    await create('ann', 'HOLD')
    await create('bob', 'HOLD')
    const { body } = await as('ann', 'GET', '/operations')
    expect(
      body.items.map(({ name, counts }: { name: string; counts: object }) => [name, counts]),
    ).to.deep.equal([
      ['HOLD', { NEW: 1, ACTIVE: 0, WAITING: 0, SUCCEEDED: 0, FAILED: 0, CANCELED: 0, SKIPPED: 0 }],
    ])
    expect((await as('boss', 'GET', '/operations/HOLD')).body.counts.NEW).to.equal(2)
    expect(outcome(await as('ann', 'GET', '/operations/FAIL'))).to.deep.equal([404, 'operation-not-found'])
    expect(outcome(await as('ann', 'PATCH', '/operations/FAIL', { paused: true }))).to.deep.equal([
      404,
      'operation-not-found',
    ])
    // Own only is not enough to stop everybody's tasks.
    expect(outcome(await as('ann', 'PATCH', '/operations/HOLD', { paused: true }))).to.deep.equal([
      403,
      'forbidden',
    ])
  })

  it('says nothing of a task with the same dedupKey that may not be seen', async () => {
    const { body: first } = await create('bob', 'HOLD', { dedupKey: 'k' })
    const answer = await create('ann', 'HOLD', { dedupKey: 'k' })
    expect(outcome(answer)).to.deep.equal([409, 'duplicate-task'])
    expect(answer.text).not.to.include(first.id)
    expect((await create('bob', 'HOLD', { dedupKey: 'k' })).status).to.equal(200)
  })

  it('says nothing of such a task to who runs another one again', async () => {
    const { body: mine } = await create('ann', 'HOLD', { dedupKey: 'k' })
    await service.manager.cancel(mine.id)
    const { body: other } = await create('bob', 'HOLD', { dedupKey: 'k' })
    const rerun = () => as('ann', 'POST', `/tasks/${mine.id}/rerun`)
    const answer = await rerun()
    expect(outcome(answer)).to.deep.equal([409, 'duplicate-task'])
    expect(answer.text).not.to.include(other.id)
    await service.manager.cancel(other.id)
    const { status, body } = await rerun()
    expect([status, body.rerunOf]).to.deep.equal([201, mine.id])
    const again = await rerun()
    expect([again.status, again.body.id]).to.deep.equal([200, body.id])
    expect(again.headers).not.to.have.property('location')
  })

  it('does not let a task wait for one that may not be seen', async () => {
    const { body: other } = await create('bob', 'HOLD')
    const answer = await create('ann', 'HOLD', { after: [{ id: other.id }] })
    expect(outcome(answer)).to.deep.equal([422, 'unknown-reference'])
    const missing = await create('ann', 'HOLD', { after: [{ id: 'nope' }] })
    expect(outcome(missing)).to.deep.equal([422, 'unknown-reference'])
    expect(missing.text).to.equal(answer.text)
  })

  it('answers the repeat of a creation also when the tasks it waited for are gone', async () => {
    const { body: first } = await create('ann', 'HOLD')
    const again = () =>
      as(
        'ann',
        'POST',
        '/tasks',
        { operation: 'HOLD', autoStart: false, after: [{ id: first.id, on: 'end' }] },
        { 'idempotency-key': 'k' },
      )
    const { status, body } = await again()
    await service.manager.delete(first.id, { force: true })
    const repeated = await again()
    expect([status, repeated.status, repeated.body.id]).to.deep.equal([201, 200, body.id])
  })

  it('lets nobody delete with a task what that one may not manage', async () => {
    const tree = async (operation: string, createdBy: string) => {
      const { task: root } = await service.manager.create('HOLD', {}, { autoStart: false, subject: 'ann' })
      const child = { autoStart: false, subject: 'ann', parentId: root.id }
      const { task: middle } = await service.manager.create('HOLD', {}, child)
      const below = { autoStart: false, subject: createdBy, parentId: middle.id }
      await service.manager.create(operation, {}, below)
      return root.id
    }
    for (const id of [await tree('FAIL', 'ann'), await tree('HOLD', 'bob')]) {
      for (const query of ['', '?force=true']) {
        const answer = await as('ann', 'DELETE', `/tasks/${id}${query}`)
        expect(outcome(answer), query).to.deep.equal([403, 'forbidden'])
      }
      const bulk = await as('ann', 'POST', '/tasks/bulk', { action: 'delete', filter: { id: [id] } })
      expect(bulk.body).to.include({ done: 0, skipped: 0 })
    }
    const own = await tree('HOLD', 'ann')
    expect((await as('ann', 'DELETE', `/tasks/${own}?force=true`)).status).to.equal(204)
  })

  it('keeps the idempotency keys of people apart', async () => {
    const creation = { operation: 'HOLD', autoStart: false }
    const key = { 'idempotency-key': 'k' }
    const ann = await as('ann', 'POST', '/tasks', creation, key)
    const bob = await as('bob', 'POST', '/tasks', creation, key)
    expect([ann.status, bob.status]).to.deep.equal([201, 201])
    expect(bob.body.id).not.to.equal(ann.body.id)
  })

  it('answers a creation that the creator may not look at', async () => {
    const { status, body } = await create('ann', 'ECHO')
    expect([status, body.createdBy]).to.deep.equal([201, 'ann'])
    expect((await as('ann', 'GET', `/tasks/${body.id}`)).status).to.equal(404)
  })

  it('shows where an error was thrown only to those who manage the operation', async () => {
    const { body: task } = await create('boss', 'FAIL', { autoStart: true })
    await service.manager.waitFor(task.id)
    expect((await as('boss', 'GET', `/tasks/${task.id}`)).body.error.stack).to.include('it went wrong')
    for (const path of [`/tasks/${task.id}`, '/tasks']) {
      const { text } = await as('bob', 'GET', path)
      expect(text).to.include('it went wrong')
      expect(text).not.to.include('stack')
    }
  })

  it('does in bulk only what may be done one by one', async () => {
    for (const user of ['ann', 'ann', 'bob', 'boss']) await create(user, 'HOLD')
    const bulk = (user: string, action: string) =>
      as(user, 'POST', '/tasks/bulk', { action, filter: { operation: ['HOLD'] } })
    expect((await bulk('bob', 'cancel')).body).to.include({ done: 0, more: false })
    expect((await bulk('ann', 'cancel')).body).to.include({ done: 2, more: false })
    expect((await bulk('boss', 'delete')).body).to.include({ done: 2, skipped: 2 })
    expect(await service.manager.count({ operation: ['HOLD'] })).to.equal(2)
  })

  it('needs the right to see at least something for the document and its page', async () => {
    for (const path of ['/openapi.json', '/docs/', '/version', '/events']) {
      expect(outcome(await as('eve', 'GET', path)), path).to.deep.equal([403, 'forbidden'])
    }
    const { body } = await as('ann', 'GET', '/openapi.json')
    const { oneOf } = body.components.schemas.TaskCreation
    expect(oneOf).to.deep.equal([{ $ref: '#/components/schemas/Create_HOLD' }])
    expect(JSON.stringify(body)).not.to.include('ECHO')
  })

  it('takes nothing for a subject that has no id', async () => {
    await service.close()
    const users = {
      ann: 'ann',
      bob: { id: 'bob' },
      seven: { id: 7 },
      empty: '',
      none: null,
      yes: true,
      one: 1,
    }
    const subject = (req: Request) =>
      (users as Record<string, unknown>)[req.get('Authorization')!.slice('Bearer '.length)] as string
    const yes = () => true
    const access = { subject, canView: yes, canCreate: yes, canCancel: yes, canManage: yes }
    service = await serve({ router: { access } })
    const status = async (token: string) =>
      (await ask(service, 'GET', '/hk/tasks', { headers: { authorization: `Bearer ${token}` } })).status
    for (const token of ['ann', 'bob']) expect(await status(token), token).to.equal(200)
    for (const token of ['none', 'nobody']) expect(await status(token), token).to.equal(401)
    expect(service.logged).to.deep.equal([])
    const odd = ['constructor', '__proto__', 'toString', 'seven', 'empty', 'yes', 'one']
    for (const token of odd) expect(await status(token), token).to.equal(500)
    expect(service.logged.map(String)).to.have.length(odd.length)
    expect(String(service.logged[0])).to.include('expected "access.subject(…)" to be an id')
  })

  it('treats whatever is no clear yes as a no', async () => {
    await service.close()
    const unclear = () => 'yes' as unknown as boolean
    const access = {
      subject: () => 'me',
      canView: unclear,
      canCreate: unclear,
      canCancel: unclear,
      canManage: unclear,
    }
    service = await serve({ router: { access } })
    expect((await ask(service, 'GET', '/hk/operations')).body.items).to.deep.equal([])
    expect((await ask(service, 'POST', '/hk/tasks', { body: { operation: 'ECHO' } })).status).to.equal(403)
  })
})
