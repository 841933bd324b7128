import { expect } from 'chai'
import type { Schedule } from '../../src/index.ts'
import { rulesFor, type Person } from './people.ts'
import { ask, restSuite, type Service } from './service.ts'

const NIGHTLY = { operation: 'ECHO', cron: '30 3 * * *' }

restSuite('The REST API of schedules', ({ serve }) => {
  let service: Service
  afterEach(() => service.close())

  const put = (name: string, body: object, headers = {}) =>
    ask(service, 'PUT', `/hk/schedules/${name}`, { body, headers })
  const get = (name: string, headers = {}) => ask(service, 'GET', `/hk/schedules/${name}`, { headers })

  it('stores one as it is told, with the defaults of what is left out', async () => {
    service = await serve()
    const { status, headers, body } = await put('nightly', NIGHTLY)
    expect(status).to.equal(201)
    expect(headers.etag).to.equal('"1"')
    expect(new URL(headers.location!, 'http://x/hk/schedules/nightly').pathname).to.equal(
      '/hk/schedules/nightly',
    )
    expect(body).to.include({ name: 'nightly', ...NIGHTLY, timeZone: 'UTC', missed: 'once', overlap: 'skip' })
    expect(body).to.include({ paused: false, version: 1, fired: 0, skipped: 0 })
    expect(body.nextAt).to.match(/T03:30:00\.000Z$/)
    for (const absent of ['lastAt', 'lastTaskId', 'createdBy', 'priority'])
      expect(body).not.to.have.property(absent)
    expect((await get('nightly')).body).to.deep.equal(body)
  })

  it('tells all that it was given', async () => {
    service = await serve()
    const given = {
      ...NIGHTLY,
      args: { text: 'hi' },
      timeZone: 'Europe/Zurich',
      missed: 'skip',
      overlap: 'queue',
      priority: 7,
      tags: ['night'],
      ttl: '1h',
      timeout: 5000,
      retry: { limit: 2, backoff: '1s' },
      retain: '7d',
      concurrencyKey: 'disk',
      maxItems: 10,
    }
    const { body } = await put('full', given)
    expect(body).to.deep.include(given)
  })

  it('keeps secrets to itself', async () => {
    service = await serve()
    const { text } = await put('quiet', { ...NIGHTLY, args: { text: 'x', secret: 's3cret' } })
    const list = await ask(service, 'GET', '/hk/schedules')
    expect(text + list.text).not.to.include('s3cret')
    expect(list.body.items[0].args).to.include({ text: 'x' })
  })

  it('is not replaced by what was shown of it, where that lacks a secret', async () => {
    service = await serve()
    const { body: shown } = await put('quiet', { ...NIGHTLY, args: { text: 'x', secret: 's3cret' } })
    const { operation, cron, args } = shown
    const { status, body } = await put('quiet', { operation, cron, args })
    expect([status, body.code]).to.deep.equal([400, 'invalid-arguments'])
    expect(body.errors.map(({ path }: { path: string }) => path)).to.deep.equal(['/args/secret'])
    expect((await get('quiet')).body).to.deep.equal(shown)
  })

  it('is created by POST too, once', async () => {
    service = await serve()
    const post = (body: object) => ask(service, 'POST', '/hk/schedules', { body })
    const { status, headers, body } = await post({ name: 'nightly', ...NIGHTLY })
    expect([status, body.name, body.version]).to.deep.equal([201, 'nightly', 1])
    expect(new URL(headers.location!, 'http://x/hk/schedules').pathname).to.equal('/hk/schedules/nightly')
    const again = await post({ name: 'nightly', ...NIGHTLY, cron: '@daily' })
    expect([again.status, again.body.code]).to.deep.equal([409, 'schedule-exists'])
    expect((await get('nightly')).body.cron).to.equal(NIGHTLY.cron)
    const nameless = await post(NIGHTLY)
    expect([nameless.status, nameless.body.errors]).to.deep.equal([
      400,
      [{ path: '/name', message: 'is required' }],
    ])
  })

  it('is replaced whole by PUT, and what it has counted stays', async () => {
    service = await serve()
    const first = await put('nightly', { ...NIGHTLY, priority: 3, missed: 'all' })
    const { status, headers, body } = await put('nightly', { operation: 'ECHO', cron: '@hourly' })
    expect([status, headers.etag, headers.location]).to.deep.equal([200, '"2"', undefined])
    expect(body).to.include({ version: 2, cron: '@hourly', missed: 'once', createdAt: first.body.createdAt })
    expect(body).not.to.have.property('priority')
  })

  it('is created or replaced only if it is what the caller thinks that it is', async () => {
    service = await serve()
    const refused = async (headers: object, name = 'nightly') => {
      const { status, body } = await put(name, NIGHTLY, headers)
      expect([status, body.code], JSON.stringify(headers)).to.deep.equal([412, 'version-mismatch'])
    }
    await refused({ 'if-match': '"1"' })
    await refused({ 'if-match': '*' })
    expect((await put('nightly', NIGHTLY, { 'if-none-match': '*' })).status).to.equal(201)
    await refused({ 'if-none-match': '*' })
    await refused({ 'if-none-match': '"1"' })
    await refused({ 'if-match': '"2"' })
    await refused({ 'if-match': 'W/"1"' })
    expect((await put('nightly', NIGHTLY, { 'if-match': '"1"' })).headers.etag).to.equal('"2"')
    expect((await put('nightly', NIGHTLY, { 'if-match': '*' })).headers.etag).to.equal('"3"')
    expect((await get('nightly')).headers.etag).to.equal('"3"')
  })

  it('is created by one of those who want to create it at the same time', async () => {
    service = await serve()
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, priority) =>
        put('nightly', { ...NIGHTLY, priority }, { 'if-none-match': '*' }),
      ),
    )
    expect(answers.map(({ status }) => status)).to.have.members([201, 412, 412, 412, 412])
    const { body } = answers.find(({ status }) => status === 201)!
    expect((await get('nightly')).body).to.deep.equal(body)
  })

  it('is paused and resumed, and everything else stays as it is', async () => {
    service = await serve()
    service.manager.register('TOLD', {
      args: { type: 'object', properties: { secret: { type: 'string', writeOnly: true } } },
      run: ({ args }) => ({ length: (args as { secret: string }).secret.length }),
    })
    await put('told', { operation: 'TOLD', cron: '@yearly', args: { secret: 'four' } })
    const patch = (paused: boolean, headers = {}) =>
      ask(service, 'PATCH', '/hk/schedules/told', { body: { paused }, headers })
    const paused = await patch(true)
    expect([paused.status, paused.headers.etag]).to.deep.equal([200, '"2"'])
    expect(paused.body).to.include({ paused: true }).and.not.have.property('nextAt')
    const old = await patch(false, { 'if-match': '"1"' })
    expect([old.status, old.body.code, old.body.detail]).to.deep.equal([
      412,
      'version-mismatch',
      'the schedule is at version 2',
    ])
    expect((await patch(true)).body).to.deep.equal(paused.body)
    const resumed = await patch(false, { 'if-match': '"2"' })
    expect(resumed.body).to.include({ paused: false, version: 3 }).and.have.property('nextAt')
    const run = await ask(service, 'POST', '/hk/schedules/told/run')
    const { result } = await service.manager.waitFor(run.body.id)
    expect(result).to.deep.equal({ length: 4 })
  })

  it('makes a task now when it is run, also while it is paused', async () => {
    service = await serve()
    await put('nightly', { ...NIGHTLY, paused: true, args: { text: 'now' }, tags: ['night'] })
    const { status, headers, body } = await ask(service, 'POST', '/hk/schedules/nightly/run')
    expect(status).to.equal(201)
    expect(body).to.deep.include({ operation: 'ECHO', schedule: 'nightly', tags: ['night'] })
    const location = new URL(headers.location!, 'http://x/hk/schedules/nightly/run')
    expect(location.pathname).to.equal(`/hk/tasks/${body.id}`)
    expect((await service.manager.waitFor(body.id)).result).to.deep.equal({ text: 'now' })
  })

  it('answers with the task at its end when it is run, if that is preferred', async () => {
    service = await serve()
    await put('nightly', NIGHTLY)
    const headers = { prefer: 'wait=10' }
    const ended = await ask(service, 'POST', '/hk/schedules/nightly/run', { headers })
    expect([ended.status, ended.body.state]).to.deep.equal([201, 'SUCCEEDED'])
    expect(ended.headers['preference-applied']).to.equal('wait=10')
  })

  it('tells of the task that its last tick made', async () => {
    service = await serve()
    service.manager.register('TICK', { run: () => null })
    const made = new Promise<string>((resolve) => {
      service.manager.subscribe((events) => {
        for (const { task } of events) if (task.state === 'SUCCEEDED') resolve(task.id)
      })
    })
    await put('often', { operation: 'TICK', cron: '* * * * * *' })
    const id = await made
    await ask(service, 'PATCH', '/hk/schedules/often', { body: { paused: true } })
    const { body } = await get('often')
    expect(body.fired).to.be.at.least(1)
    expect(body.lastAt).to.match(/:\d\d\.000Z$/)
    expect((await ask(service, 'GET', `/hk/tasks/${id}`)).body.schedule).to.equal('often')
    if (body.fired === 1) expect(body.lastTaskId).to.equal(id)
  })

  it('is deleted, and its tasks stay', async () => {
    service = await serve()
    await put('nightly', NIGHTLY)
    const { body: task } = await ask(service, 'POST', '/hk/schedules/nightly/run')
    const gone = await ask(service, 'DELETE', '/hk/schedules/nightly')
    expect([gone.status, gone.text]).to.deep.equal([204, ''])
    for (const method of ['GET', 'DELETE', 'PATCH']) {
      const body = method === 'PATCH' ? { body: { paused: true } } : {}
      const missing = await ask(service, method, '/hk/schedules/nightly', body)
      expect([missing.status, missing.body.code], method).to.deep.equal([404, 'schedule-not-found'])
    }
    const run = await ask(service, 'POST', '/hk/schedules/nightly/run')
    expect([run.status, run.body.code]).to.deep.equal([404, 'schedule-not-found'])
    expect((await ask(service, 'GET', `/hk/tasks/${task.id}`)).status).to.equal(200)
  })

  it('is deleted only if it is still what was read', async () => {
    service = await serve()
    await put('nightly', NIGHTLY)
    await put('nightly', NIGHTLY)
    const remove = (ifMatch: string) =>
      ask(service, 'DELETE', '/hk/schedules/nightly', { headers: { 'if-match': ifMatch } })
    const { status, body } = await remove('"1"')
    expect([status, body.code, body.detail]).to.deep.equal([
      412,
      'version-mismatch',
      'the schedule is at version 2',
    ])
    expect((await get('nightly')).status).to.equal(200)
    expect((await remove('"2"')).status).to.equal(204)
  })

  it('is refused with every fault by its place in the body', async () => {
    service = await serve()
    const faults = async (body: object, name = 'odd') => {
      const answer = await put(name, body)
      return [answer.status, answer.body.errors?.map(({ path }: { path: string }) => path)]
    }
    expect(await faults({})).to.deep.equal([400, ['/operation', '/cron']])
    expect(await faults({ ...NIGHTLY, missed: 'never', when: 1 })).to.deep.equal([400, ['/when', '/missed']])
    expect(await faults({ ...NIGHTLY, cron: '61 * * * *' })).to.deep.equal([400, ['/cron']])
    expect(await faults({ ...NIGHTLY, timeZone: 'Mars/Olympus' })).to.deep.equal([400, ['/timeZone']])
    expect(await faults({ ...NIGHTLY, args: { count: -1 } })).to.deep.equal([400, ['/args/count']])
    expect(await faults({ ...NIGHTLY, name: 'other' })).to.deep.equal([400, ['/name']])
    expect(await faults(NIGHTLY, '..%2fodd')).to.deep.equal([400, ['name']])
    const unknown = await put('odd', { ...NIGHTLY, operation: 'NOPE' })
    expect([unknown.status, unknown.body.code]).to.deep.equal([409, 'unsupported-operation'])
    expect((await ask(service, 'GET', '/hk/schedules')).body.items).to.deep.equal([])
  })
})

restSuite('Access to schedules', ({ serve }) => {
  const PEOPLE: Record<string, Person> = {
    boss: {
      view: { ECHO: true, HOLD: true },
      create: ['ECHO', 'HOLD'],
      manage: { ECHO: true, HOLD: true },
    },
    ann: { view: { ECHO: 'own' }, create: ['ECHO'] },
    bob: { view: { ECHO: true }, create: ['ECHO'], manage: { ECHO: 'own' } },
    eve: { view: { ECHO: true } },
  }
  let service: Service
  beforeEach(async () => {
    service = await serve({ router: { access: rulesFor(PEOPLE) } })
  })
  afterEach(() => service.close())

  const as = (user: string, method: string, path: string, body?: object) =>
    ask(service, method, `/hk${path}`, {
      headers: { 'x-user': user },
      ...(body !== undefined && { body }),
    })
  const code = async (answer: ReturnType<typeof as>) => {
    const { status, body } = await answer
    return status < 300 ? status : `${status} ${body.code}`
  }
  const mine = (user: string) => as(user, 'PUT', `/schedules/of-${user}`, NIGHTLY)

  it('shows those whose tasks one may view, with `own` those that one stored', async () => {
    for (const user of ['ann', 'bob']) expect((await mine(user)).body.createdBy).to.equal(user)
    await as('boss', 'PUT', '/schedules/hold', { operation: 'HOLD', cron: '@daily' })
    const seen = async (user: string) =>
      (await as(user, 'GET', '/schedules')).body.items.map(({ name }: Schedule) => name)
    expect(await seen('boss')).to.deep.equal(['hold', 'of-ann', 'of-bob'])
    expect(await seen('bob')).to.deep.equal(['of-ann', 'of-bob'])
    expect(await seen('ann')).to.deep.equal(['of-ann'])
    expect(await code(as('ann', 'GET', '/schedules/of-bob'))).to.equal('404 schedule-not-found')
    const [hidden, missing] = [
      await as('ann', 'GET', '/schedules/hold'),
      await as('ann', 'GET', '/schedules/x'),
    ]
    expect(hidden.body).to.deep.equal(missing.body)
  })

  it("lets change one's own with the right to create, and others' with the right to manage", async () => {
    await mine('ann')
    await mine('bob')
    const changes = (user: string, name: string) => [
      () => as(user, 'PUT', `/schedules/${name}`, NIGHTLY),
      () => as(user, 'PATCH', `/schedules/${name}`, { paused: true }),
      () => as(user, 'DELETE', `/schedules/${name}`),
    ]
    for (const change of changes('bob', 'of-ann')) expect(await code(change())).to.equal('403 forbidden')
    for (const change of changes('eve', 'of-ann')) expect(await code(change())).to.equal('403 forbidden')
    expect(
      await Promise.all(
        changes('ann', 'of-bob')
          .slice(1)
          .map((change) => code(change())),
      ),
    ).to.deep.equal(['404 schedule-not-found', '404 schedule-not-found'])
    for (const [i, change] of changes('ann', 'of-ann').entries())
      expect(await code(change())).to.equal([200, 200, 204][i])
    for (const [i, change] of changes('boss', 'of-bob').entries())
      expect(await code(change())).to.equal([200, 200, 204][i])
  })

  it('makes tasks on behalf of whoever stored it, whoever paused it', async () => {
    await mine('ann')
    expect((await as('boss', 'PATCH', '/schedules/of-ann', { paused: true })).body.createdBy).to.equal('ann')
    expect((await as('boss', 'PUT', '/schedules/of-ann', NIGHTLY)).body.createdBy).to.equal('boss')
  })

  it('lets run those that one may view and create tasks of, and says who did', async () => {
    await mine('bob')
    expect(await code(as('eve', 'POST', '/schedules/of-bob/run'))).to.equal('403 forbidden')
    expect(await code(as('ann', 'POST', '/schedules/of-bob/run'))).to.equal('404 schedule-not-found')
    const { status, body } = await as('boss', 'POST', '/schedules/of-bob/run')
    expect([status, body.createdBy]).to.deep.equal([201, 'boss'])
  })

  it('gives a name that is taken to nobody, and tells nothing else of who has it', async () => {
    await as('boss', 'PUT', '/schedules/hold', { operation: 'HOLD', cron: '@daily' })
    expect(await code(as('ann', 'PUT', '/schedules/hold', NIGHTLY))).to.equal('409 schedule-exists')
    expect(await code(as('ann', 'POST', '/schedules', { name: 'hold', ...NIGHTLY }))).to.equal(
      '409 schedule-exists',
    )
    expect(await code(as('boss', 'GET', '/schedules/hold'))).to.equal(200)
  })

  it('lets nobody replace what somebody else has stored in the very moment', async () => {
    const users = ['ann', 'bob', 'ann', 'bob']
    const answers = await Promise.all(users.map((user) => as(user, 'PUT', '/schedules/same', NIGHTLY)))
    const winner = users[answers.findIndex(({ status }) => status === 201)]
    const won = answers.filter(({ status }, i) => status < 300 && users[i] !== winner)
    expect(won).to.deep.equal([])
    expect((await as('boss', 'GET', '/schedules/same')).body.createdBy).to.equal(winner)
  })

  it('needs the right to create for the operation that it had and for the one that it gets', async () => {
    await as('boss', 'PUT', '/schedules/hold', { operation: 'HOLD', cron: '@daily' })
    PEOPLE['dan'] = { view: { ECHO: true, HOLD: true }, create: ['ECHO'], manage: { ECHO: true, HOLD: true } }
    expect(await code(as('dan', 'PUT', '/schedules/hold', NIGHTLY))).to.equal('403 forbidden')
    expect(await code(as('dan', 'PUT', '/schedules/mine', { ...NIGHTLY, operation: 'HOLD' }))).to.equal(
      '403 forbidden',
    )
    expect(await code(as('dan', 'POST', '/schedules', { name: 'mine', ...NIGHTLY }))).to.equal(201)
  })
})
