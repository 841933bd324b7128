import { expect } from 'chai'
import { createClient, ProblemError, unwrap } from '../../src/client/index.ts'
import type { TaskOps } from '../../src/index.ts'
import { rejection } from '../rejection.ts'
import { startService, type TestService } from './service.ts'

interface Operations {
  ECHO: { text: string }
  NOTHING: { hint?: string }
}

describe('createClient', () => {
  let service: TestService
  beforeEach(async () => {
    service = await startService()
    service.manager
      .register('ECHO', {
        args: {
          type: 'object',
          required: ['text'],
          properties: { text: { type: 'string' } },
          additionalProperties: false,
        },
        run: (ops: TaskOps<{ text: string }>) => ({ echo: ops.args.text }),
      })
      .register('NOTHING', { run: () => undefined })
      .register('STOPPABLE', {
        run: ({ signal }) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
      })
  })
  afterEach(() => service.close())

  const client = () => createClient<Operations>({ baseUrl: service.baseUrl })
  const anyClient = () => createClient({ baseUrl: service.baseUrl })

  it('creates a task, waits for its end and fetches it', async () => {
    const { task, duplicate } = await client().create('ECHO', { text: 'hello' })
    expect(duplicate).to.equal(false)
    const text: string = task.args.text
    expect(text).to.equal('hello')
    const ended = await client().waitFor(task.id)
    expect(ended).to.deep.include({ id: task.id, state: 'SUCCEEDED', result: { echo: 'hello' } })
    expect(await client().get(task.id)).to.deep.equal(ended)
  })

  it('leaves arguments out where none is required', async () => {
    const { task } = await client().create('NOTHING')
    expect(task.args).to.deep.equal({})
  })

  it('does not compile with wrong arguments or an unknown operation', () => {
    const check = (typed: ReturnType<typeof client>) => [
      // @ts-expect-error -- text is a string
      () => typed.create('ECHO', { text: 1 }),
      // @ts-expect-error -- text is required
      () => typed.create('ECHO'),
      // @ts-expect-error -- no such operation
      () => typed.create('ECCO', {}),
    ]
    expect(check(client())).to.have.length(3)
  })

  it('holds a creation until the task has ended', async () => {
    const { task } = await client().create('ECHO', { text: 'hi' }, { wait: 5000 })
    expect(task.state).to.equal('SUCCEEDED')
  })

  it('tells that a task was there already', async () => {
    const options = { idempotencyKey: 'once', autoStart: false }
    const first = await client().create('NOTHING', {}, options)
    const second = await client().create('NOTHING', {}, options)
    expect(second).to.deep.equal({ task: first.task, duplicate: true })
  })

  it('tells so too when it waits, whether or not the task has ended', async () => {
    const unstarted = { idempotencyKey: 'unstarted', autoStart: false }
    expect(await client().create('NOTHING', {}, { ...unstarted, wait: 0 })).to.include({ duplicate: false })
    expect(await client().create('NOTHING', {}, { ...unstarted, wait: 0 })).to.include({ duplicate: true })
    const ended = { idempotencyKey: 'ended', wait: 5000 }
    expect(await client().create('NOTHING', {}, ended)).to.include({ duplicate: false })
    expect(await client().create('NOTHING', {}, ended)).to.include({ duplicate: true })
  })

  it('cancels with a reason, updates, runs again and deletes', async () => {
    const { task } = await anyClient().create('STOPPABLE', {}, { autoStart: false, tags: ['night'] })
    expect((await client().update(task.id, { priority: 7 })).priority).to.equal(7)
    await client().cancel(task.id, { reason: 'not tonight' })
    const ended = await client().waitFor(task.id)
    expect(ended.state).to.equal('CANCELED')
    expect(ended.reason?.message).to.include('not tonight')
    const again = await client().rerun(task.id)
    expect(again).to.include({ rerunOf: task.id, operation: 'STOPPABLE' })
    await client().delete(again.id, { force: true })
    const { task: nothing } = await client().create('NOTHING', {}, { wait: 5000 })
    expect(await client().rerun(nothing.id, { wait: 5000 })).to.include({ state: 'SUCCEEDED' })
    await client().delete(task.id)
    expect(await rejection(client().get(task.id))).to.include({ code: 'task-not-found' })
  })

  it('lists every task that fits, over as many pages as there are', async () => {
    for (let i = 0; i < 7; i++) await client().create('NOTHING', {}, { autoStart: false, tags: [`n${i}`] })
    await client().create('ECHO', { text: 'other' }, { autoStart: false })
    const seen: string[] = []
    for await (const task of client().tasks({ operation: ['NOTHING'], sort: 'createdAt', limit: 2 }))
      seen.push(task.tags[0]!)
    expect(seen).to.deep.equal(['n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6'])
  })

  it('lists the operations', async () => {
    expect((await client().operations()).map(({ name }) => name)).to.have.members([
      'ECHO',
      'NOTHING',
      'STOPPABLE',
    ])
  })

  it('reaches the whole API through the raw client', async () => {
    await client().create('NOTHING', {}, { autoStart: false })
    const answer = unwrap(
      await client().raw.POST('/tasks/bulk', {
        body: { action: 'cancel', filter: { operation: ['NOTHING'] }, limit: 10 },
      }),
    )
    expect(answer).to.include({ done: 1, more: false })
  })

  describe('errors', () => {
    it('are ProblemErrors with code, status and every fault', async () => {
      const error = await rejection(anyClient().create('ECHO', { text: 1, more: 2 }))
      expect(error).to.be.instanceOf(ProblemError)
      expect(error).to.include({ name: 'ProblemError', status: 400, code: 'invalid-arguments' })
      expect((error as ProblemError).errors.map(({ path }) => path).join()).to.include('/text')
      expect((error as ProblemError).errors).to.have.length(2)
    })

    it('carry the code of each refusal, and is() tells them apart', async () => {
      expect(await rejection(anyClient().create('NO_SUCH'))).to.include({
        status: 409,
        code: 'unsupported-operation',
      })
      const error = await rejection(client().get('none'))
      expect(ProblemError.is(error, 'task-not-found')).to.equal(true)
      expect(ProblemError.is(error, 'task-ended')).to.equal(false)
      expect(ProblemError.is(new Error('other'))).to.equal(false)
      expect(await rejection(client().waitFor('none'))).to.include({ code: 'task-not-found' })
    })

    it('say so when the answer is not of this API', async () => {
      const lost = createClient({ baseUrl: service.baseUrl.replace('/housekeeping', '/elsewhere') })
      const error = await rejection(lost.get('any'))
      expect(error).to.include({ status: 404, code: 'unexpected-answer' })
      expect((error as Error).message).to.include('/elsewhere/tasks/any')
    })

    it('tell when to try again', async () => {
      const busy = await startService({}, [
        (_req, res) => void res.status(503).set('Retry-After', '7').end('busy'),
      ])
      const error = await rejection(createClient({ baseUrl: busy.baseUrl }).get('any'))
      await busy.close()
      expect(error).to.include({ status: 503, retryAfter: 7000 })
    })
  })

  describe('headers', () => {
    it('are asked for with each request, when a function gives them', async () => {
      const seen: (string | undefined)[] = []
      const guarded = await startService({}, [
        (req, _res, next) => (seen.push(req.headers.authorization), next()),
      ])
      let count = 0
      const headers = async () => ({ authorization: `Bearer ${++count}` })
      const fresh = createClient({ baseUrl: guarded.baseUrl, headers })
      await fresh.operations()
      await fresh.operations()
      await guarded.close()
      expect(seen).to.deep.equal(['Bearer 1', 'Bearer 2'])
    })

    it('may be fixed', async () => {
      const seen: unknown[] = []
      const guarded = await startService({}, [
        (req, _res, next) => (seen.push(req.headers['x-tenant']), next()),
      ])
      await createClient({ baseUrl: guarded.baseUrl, headers: { 'x-tenant': 'a' } }).operations()
      await guarded.close()
      expect(seen).to.deep.equal(['a'])
    })
  })

  describe('a call', () => {
    it('is given up when its signal aborts, with the reason', async () => {
      const reason = new Error('enough')
      expect(await rejection(client().get('any', { signal: AbortSignal.abort(reason) }))).to.equal(reason)
    })
  })
})
