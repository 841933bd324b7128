import { expect } from 'chai'
import { InvalidArguments, isEnded } from '../../src/index.ts'
import { ask, restSuite, type Service } from './service.ts'

restSuite('The REST API of tasks', ({ serve }) => {
  let service: Service
  beforeEach(async () => {
    service = await serve()
  })
  afterEach(() => service.close())

  const create = (body: object, headers = {}) => ask(service, 'POST', '/hk/tasks', { body, headers })
  const ended = (id: string) => service.manager.waitFor(id)

  it('creates a task and tells where it is, relative to what was asked', async () => {
    const { status, headers, body } = await create({
      operation: 'ECHO',
      args: { text: 'hi' },
      tags: ['a'],
      priority: 5,
    })
    expect(status).to.equal(201)
    expect(body).to.include({ operation: 'ECHO', priority: 5, version: 1, state: 'NEW' })
    expect(body.args).to.deep.equal({ text: 'hi' })
    expect(body.createdAt).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(headers.etag).to.equal('"1"')
    const location = new URL(headers.location!, `http://localhost:${service.port}/hk/tasks`)
    expect((await ask(service, 'GET', location.pathname)).body.id).to.equal(body.id)
  })

  it('tells a location that is right behind a slash at the end, and from deeper paths', async () => {
    const { headers, body } = await ask(service, 'POST', '/hk/tasks/', { body: { operation: 'ECHO' } })
    expect(new URL(headers.location!, 'http://x/hk/tasks/').pathname).to.equal(`/hk/tasks/${body.id}`)
    await ended(body.id)
    const again = await ask(service, 'POST', `/hk/tasks/${body.id}/rerun`)
    expect(again.status).to.equal(201)
    expect(again.body.rerunOf).to.equal(body.id)
    const location = new URL(again.headers.location!, `http://x/hk/tasks/${body.id}/rerun`)
    expect(location.pathname).to.equal(`/hk/tasks/${again.body.id}`)
  })

  it('holds the answer until the task has ended, if that is preferred', async () => {
    const { status, headers, body } = await create(
      { operation: 'ECHO' },
      { prefer: 'respond-async, wait=10' },
    )
    expect(status).to.equal(201)
    expect(headers['preference-applied']).to.equal('wait=10')
    expect(body).to.include({ state: 'SUCCEEDED' })
    expect(body.result).to.deep.equal({ text: 'hello' })
  })

  it('answers 202 with the task as it is when the preferred time is over', async () => {
    const { status, headers, body } = await create({ operation: 'HOLD' }, { prefer: 'wait=0' })
    expect(status).to.equal(202)
    expect(headers.location).to.equal(`tasks/${body.id}`)
    expect(isEnded(body.state)).to.equal(false)
  })

  it('holds the answer to a re-run in the same way', async () => {
    const rerun = (id: string, prefer: string) =>
      ask(service, 'POST', `/hk/tasks/${id}/rerun`, { headers: { prefer } })
    const { body: echo } = await create({ operation: 'ECHO' }, { prefer: 'wait=10' })
    const again = await rerun(echo.id, 'wait=10')
    expect([again.status, again.body.state, again.body.rerunOf]).to.deep.equal([201, 'SUCCEEDED', echo.id])
    expect(again.headers).to.include({
      'preference-applied': 'wait=10',
      location: `../../tasks/${again.body.id}`,
    })
    const { body: hold } = await create({ operation: 'HOLD', dedupKey: 'k' })
    await ask(service, 'POST', `/hk/tasks/${hold.id}/cancel`)
    await ended(hold.id)
    const held = await rerun(hold.id, 'wait=0')
    expect([held.status, held.headers['preference-applied']]).to.deep.equal([202, 'wait=0'])
    expect(isEnded(held.body.state)).to.equal(false)
    const there = await rerun(hold.id, 'wait=0')
    expect([there.status, there.body.id]).to.deep.equal([200, held.body.id])
    expect(there.headers['preference-applied']).to.equal('wait=0')
  })

  it('ignores a preference that is none', async () => {
    for (const prefer of ['wait=soon', 'wait=-1', 'await=3', '', 'wait']) {
      const { status, headers } = await create({ operation: 'HOLD' }, prefer === '' ? {} : { prefer })
      expect(status, prefer).to.equal(201)
      expect(headers).not.to.have.property('preference-applied')
    }
  })

  it('goes on with a task whose creator has left', async () => {
    const left = new AbortController()
    const created = new Promise<string>((resolve) => {
      service.manager.subscribe(([event]) => resolve(event!.task.id))
    })
    const answer = fetch(`http://localhost:${service.port}/hk/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'wait=30' },
      body: JSON.stringify({ operation: 'HOLD' }),
      signal: left.signal,
    }).catch((error: Error) => error.name)
    const id = await created
    left.abort()
    expect(await answer).to.equal('AbortError')
    expect((await service.manager.get(id)).cancelRequested).to.equal(false)
  })

  it('answers the first task to the same idempotency key, and refuses another body under it', async () => {
    const key = { 'idempotency-key': 'once' }
    const first = await create({ operation: 'ECHO', args: { text: 'a' } }, key)
    const second = await create({ operation: 'ECHO', args: { text: 'a' } }, key)
    expect([first.status, second.status]).to.deep.equal([201, 200])
    expect(second.body.id).to.equal(first.body.id)
    const other = await create({ operation: 'ECHO', args: { text: 'b' } }, key)
    expect([other.status, other.body.code]).to.deep.equal([422, 'idempotency-mismatch'])
  })

  it('answers the unfinished task with the same dedupKey', async () => {
    const first = await create({ operation: 'HOLD', dedupKey: 'k' })
    const second = await create({ operation: 'HOLD', dedupKey: 'k' })
    expect([second.status, second.body.id]).to.deep.equal([200, first.body.id])
    const waited = await create({ operation: 'HOLD', dedupKey: 'k' }, { prefer: 'wait=0' })
    expect([waited.status, waited.body.id]).to.deep.equal([200, first.body.id])
    expect(waited.headers['preference-applied']).to.equal('wait=0')
  })

  it('does not send what is the same', async () => {
    const { body } = await create({ operation: 'ECHO' }, { prefer: 'wait=10' })
    const path = `/hk/tasks/${body.id}`
    const tag = `"${body.version}"`
    for (const known of [tag, `W/${tag}`, `"0", ${tag}`, '*']) {
      const answer = await ask(service, 'GET', path, { headers: { 'if-none-match': known } })
      expect([answer.status, answer.text, answer.headers.etag], known).to.deep.equal([304, '', tag])
    }
    for (const unknown of ['"0"', body.version.toString(), 'W/"0"', '""']) {
      expect(
        (await ask(service, 'GET', path, { headers: { 'if-none-match': unknown } })).status,
        unknown,
      ).to.equal(200)
    }
  })

  it('starts a task that waits to be started, and ends it with a result', async () => {
    const { body: held } = await create({ operation: 'HOLD', autoStart: false })
    expect(held).to.include({ state: 'NEW', waitingFor: 'start' })
    const path = `/hk/tasks/${held.id}`
    expect((await ask(service, 'PATCH', path, { body: { state: 'ACTIVE' } })).status).to.equal(200)
    const { status, body } = await ask(service, 'PATCH', path, {
      body: { state: 'SKIPPED', message: 'enough', result: { by: 'hand' } },
    })
    expect(status).to.equal(200)
    expect(body).to.include({ state: 'SKIPPED' })
    expect(body.result).to.deep.equal({ by: 'hand' })
    expect(body.reason).to.include({ code: 'set-from-outside', message: 'enough' })
    const again = await ask(service, 'PATCH', path, { body: { state: 'FAILED' } })
    expect([again.status, again.body.code]).to.deep.equal([409, 'task-ended'])
  })

  it('changes a task only if it is still the one that was read', async () => {
    const { body: held } = await create({ operation: 'HOLD', autoStart: false })
    const patch = (ifMatch: string, priority: number) =>
      ask(service, 'PATCH', `/hk/tasks/${held.id}`, { body: { priority }, headers: { 'if-match': ifMatch } })
    for (const old of ['"99"', `W/"${held.version}"`]) {
      const { status, body } = await patch(old, 1)
      expect([status, body.code], old).to.deep.equal([412, 'version-mismatch'])
      expect(body.detail).to.equal(`the task is at version ${held.version}`)
    }
    const { status, body, headers } = await patch(`"99", "${held.version}"`, 7)
    expect([status, body.priority]).to.deep.equal([200, 7])
    expect(headers.etag).to.equal(`"${body.version}"`)
    expect((await patch('*', 8)).status).to.equal(200)
  })

  it('cancels again and again with the same answer until the task has ended', async () => {
    const { body: waiting } = await create({ operation: 'HOLD', autoStart: false })
    const path = `/hk/tasks/${waiting.id}/cancel`
    const { status, body } = await ask(service, 'POST', path, { body: { reason: 'not needed' } })
    expect([status, body.state, body.reason.message]).to.deep.equal([200, 'CANCELED', 'not needed'])
    const again = await ask(service, 'POST', path)
    expect([again.status, again.body.code]).to.deep.equal([409, 'task-ended'])
  })

  it('runs a task again as it was, and takes nothing else for it', async () => {
    service.manager.register('ODD', {
      validate: (_, { subject }) => {
        if (subject === undefined && closed) throw new InvalidArguments([{ path: '/a', message: 'is gone' }])
      },
      run: () => null,
    })
    let closed = false
    const { body: task } = await create({ operation: 'ODD', args: { a: 1 } }, { prefer: 'wait=10' })
    const path = `/hk/tasks/${task.id}/rerun`
    const odd = await ask(service, 'POST', path, { body: { reason: 'x' } })
    expect([odd.status, odd.body.errors[0].path]).to.deep.equal([400, '/reason'])
    expect((await ask(service, 'POST', path, { body: {} })).status).to.equal(201)
    closed = true
    const { status, body } = await ask(service, 'POST', path)
    expect([status, body.code]).to.deep.equal([400, 'invalid-arguments'])
    expect(body.errors).to.deep.equal([{ path: '/args/a', message: 'is gone' }])
  })

  it('deletes ended tasks, and others only by force', async () => {
    const { body: held } = await create({ operation: 'HOLD', autoStart: false })
    const path = `/hk/tasks/${held.id}`
    const refused = await ask(service, 'DELETE', path)
    expect([refused.status, refused.body.code]).to.deep.equal([409, 'task-unfinished'])
    const { status, text } = await ask(service, 'DELETE', `${path}?force=true`)
    expect([status, text]).to.deep.equal([204, ''])
    expect((await ask(service, 'GET', path)).body.code).to.equal('task-not-found')
  })

  it('deletes a task only if it is still the one that was read', async () => {
    const { body: held } = await create({ operation: 'HOLD', autoStart: false })
    const path = `/hk/tasks/${held.id}?force=true`
    const remove = (ifMatch: string) => ask(service, 'DELETE', path, { headers: { 'if-match': ifMatch } })
    const { status, body } = await remove('"99"')
    expect([status, body.code, body.detail]).to.deep.equal([
      412,
      'version-mismatch',
      `the task is at version ${held.version}`,
    ])
    expect((await ask(service, 'GET', path.replace(/\?.*/, ''))).body.state).to.equal('NEW')
    expect((await remove(`"${held.version}"`)).status).to.equal(204)
  })

  it('takes for a secret nothing that was shown in its place', async () => {
    const { status, body } = await create({ operation: 'ECHO', args: { secret: '[redacted]', text: 'x' } })
    expect([status, body.code]).to.deep.equal([400, 'invalid-arguments'])
    expect(body.errors).to.deep.equal([
      { path: '/args/secret', message: 'must be given anew: this is what is shown in its place' },
    ])
    expect((await create({ operation: 'ECHO', args: { text: '[redacted]' } })).status).to.equal(201)
  })

  it('refuses operations that nobody registered and references to tasks that do not exist', async () => {
    const unknown = await create({ operation: 'NOPE' })
    expect([unknown.status, unknown.body.code]).to.deep.equal([409, 'unsupported-operation'])
    const after = await create({ operation: 'ECHO', after: [{ id: 'nope' }] })
    expect([after.status, after.body.code]).to.deep.equal([422, 'unknown-reference'])
  })

  it('tells how full the queue is and when to come back', async () => {
    await service.close()
    service = await serve({ manager: { maxQueued: 1 } })
    await create({ operation: 'HOLD', autoStart: false })
    const { status, headers, body } = await create({ operation: 'HOLD', autoStart: false })
    expect([status, body.code]).to.deep.equal([429, 'queue-full'])
    expect(Number(headers['retry-after'])).to.be.at.least(1)
  })

  it('keeps secrets to itself', async () => {
    const { body } = await create({ operation: 'ECHO', args: { text: 'x', secret: 's3cret' } })
    const { text } = await ask(service, 'GET', `/hk/tasks/${body.id}`)
    expect(JSON.stringify(body) + text).not.to.include('s3cret')
  })
})
