import { expect } from 'chai'
import { pointerTokens } from '../../src/core/json.ts'
import { apiDocument, sliceOf } from '../../src/rest/document.ts'
import { OperationValidator } from '../../src/rest/validator.ts'
import { operations } from '../../generated/operations.ts'
import { ask, restSuite, type Service } from './service.ts'

restSuite('The service routes of the REST API', ({ serve }) => {
  let service: Service
  beforeEach(async () => {
    service = await serve()
  })
  afterEach(() => service.close())

  it('tell health, readiness and version', async () => {
    const answers = ['/health', '/ready', '/version'].map(
      async (path) => (await ask(service, 'GET', `/hk${path}`)).body,
    )
    const [health, ready, version] = await Promise.all(answers)
    expect([health, ready]).to.deep.equal([{ status: 'ok' }, { status: 'ok' }])
    expect(version).to.deep.equal({ name: 'majordomo', version: apiDocument.info.version })
  })

  it('are alive and not ready when the manager has closed', async () => {
    await service.manager.close({ grace: 0 })
    const ready = await ask(service, 'GET', '/hk/ready')
    expect([ready.status, ready.body]).to.deep.equal([503, { status: 'unavailable' }])
    expect((await ask(service, 'GET', '/hk/health')).status).to.equal(200)
    const { status, body } = await ask(service, 'POST', '/hk/tasks', { body: { operation: 'ECHO' } })
    expect([status, body.code]).to.deep.equal([503, 'manager-closed'])
  })

  it('list operations with their schemas, and pause and resume them', async () => {
    const { body } = await ask(service, 'GET', '/hk/operations')
    expect(body.items.map(({ name }: { name: string }) => name)).to.have.members([
      'ECHO',
      'HOLD',
      'FAIL',
      'LOG',
    ])
    const set = (paused: boolean) => ask(service, 'PATCH', '/hk/operations/ECHO', { body: { paused } })
    expect((await set(true)).body).to.include({ name: 'ECHO', paused: true })
    const { body: task } = await ask(service, 'POST', '/hk/tasks', { body: { operation: 'ECHO' } })
    expect((await ask(service, 'GET', `/hk/tasks/${task.id}`)).body.state).to.equal('NEW')
    expect((await set(false)).body.paused).to.equal(false)
    expect((await service.manager.waitFor(task.id)).state).to.equal('SUCCEEDED')
    const missing = await ask(service, 'GET', '/hk/operations/NOPE')
    expect([missing.status, missing.body.code]).to.deep.equal([404, 'operation-not-found'])
  })

  it('limit how many tasks of an operation run at once, while it runs', async () => {
    const patch = (body: object) => ask(service, 'PATCH', '/hk/operations/HOLD', { body })
    const { body: before } = await ask(service, 'GET', '/hk/operations/HOLD')
    expect(before).to.include({ workers: 1 }).and.not.have.any.keys('concurrency', 'concurrencyHere')
    const limited = await patch({ concurrency: 1, paused: false })
    expect([limited.status, limited.body.concurrency]).to.deep.equal([200, 1])
    const running = new Promise<void>((resolve) => {
      let active = 0
      service.manager.subscribe((events) => {
        active += events.filter(({ task }) => task.state === 'ACTIVE').length
        if (active === 2) resolve()
      })
    })
    const [first, second] = await Promise.all([
      service.manager.create('HOLD'),
      service.manager.create('HOLD'),
    ])
    const waited = await service.manager.waitFor(second.task.id, { timeout: 50 })
    expect(waited).to.include({ state: 'NEW', waitingFor: 'slot' })
    expect((await patch({ concurrency: null })).body).not.to.have.property('concurrency')
    await running
    expect((await service.manager.get(first.task.id)).state).to.equal('ACTIVE')
    for (const odd of [{}, { concurrency: 0 }, { concurrency: '2' }, { paused: null }])
      expect((await patch(odd)).status, JSON.stringify(odd)).to.equal(400)
  })

  it('tell what the animator in this process lets run at once', async () => {
    service.manager.register('FEW', { concurrency: 2, run: () => null })
    const { body } = await ask(service, 'GET', '/hk/operations/FEW')
    expect(body).to.include({ concurrencyHere: 2 }).and.not.have.property('concurrency')
  })
})

restSuite('The API document', ({ serve }) => {
  it('is served with the argument schemas of the operations, each reference right', async () => {
    const service = await serve()
    service.manager.register('ECHO:x', {
      description: 'three or more',
      run: () => null,
      args: { type: 'object', required: ['n'], properties: { n: { type: 'integer', minimum: 3 } } },
    })
    service.manager.register('ECHO_x', { run: () => null })
    const { body } = await ask(service, 'GET', '/hk/openapi.json')
    await service.close()
    expect(body.servers).to.deep.equal([{ url: '.' }])
    const { schemas } = body.components
    const variants = schemas.TaskCreation.oneOf.map(
      ({ $ref }: { $ref: string }) => schemas[$ref.split('/').at(-1)!],
    )
    const names = variants.map(
      (variant: { properties: { operation: { const: string } } }) => variant.properties.operation.const,
    )
    expect(names).to.have.members(['ECHO', 'HOLD', 'FAIL', 'LOG', 'ECHO:x', 'ECHO_x'])
    const { secret, text, more } = schemas.Create_ECHO_arguments.properties
    expect(secret.writeOnly).to.equal(true)
    expect(text.default).to.equal('hello')
    expect(more.$ref).to.equal('#/components/schemas/Create_ECHO_arguments/$defs/more')
    const { examples } = body.paths['/tasks'].post.requestBody.content['application/json']
    expect(examples['ECHO:x'].value).to.deep.equal({ operation: 'ECHO:x', args: { n: 3 } })
    expect(examples['ECHO:x'].description).to.equal('three or more')
    expect(examples.ECHO.value).to.deep.equal({ operation: 'ECHO', args: { text: 'hello' } })
    const schedule = (path: string, method: string) =>
      body.paths[path][method].requestBody.content['application/json'].examples['ECHO:x'].value
    const nightly = { operation: 'ECHO:x', args: { n: 3 }, cron: '30 3 * * *' }
    expect(schedule('/schedules', 'post')).to.deep.equal({ name: 'nightly', ...nightly })
    expect(schedule('/schedules/{name}', 'put')).to.deep.equal(nightly)
    expect(lost(body)).to.deep.equal([])
  })

  it('holds for each operation by itself, answers included', async () => {
    for (const [id, place] of Object.entries(operations)) {
      const slice = sliceOf(apiDocument, place, { responses: true })
      expect(Object.keys(slice.paths), id).to.deep.equal([place.path])
      expect(lost(slice), id).to.deep.equal([])
      const validator = new OperationValidator(apiDocument, place, true)
      const body = {
        createTask: { operation: 'X' },
        bulkTasks: { action: 'cancel', filter: {} },
        updateTask: { priority: 1 },
        updateOperation: { paused: true },
        reportProgress: { message: 'half way' },
        createSchedule: { name: 'x', operation: 'X', cron: '@daily' },
        putSchedule: { operation: 'X', cron: '@daily' },
        updateSchedule: { paused: true },
        updateWorker: { state: 'paused' },
      }[id]
      const params = Object.fromEntries(
        [...place.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name!, 'x']),
      )
      expect(validator.check({ params, query: {}, headers: {}, body }).params, id).to.deep.equal(params)
    }
  })

  it('is what every answer is held against while testing', async () => {
    const service = await serve()
    service.manager.status = () => ({ state: 'open', running: 0, abandoned: 0 })
    service.manager.list = () => Promise.resolve({ items: [], total: 'many' as unknown as number })
    const { status, body } = await ask(service, 'GET', '/hk/tasks')
    await service.close()
    expect([status, body.code]).to.deep.equal([500, 'internal'])
    expect(String(service.logged[0])).to.include('total must be integer')
  })
})

/** References that lead nowhere. */
function lost(document: object): string[] {
  const leads = (ref: string) =>
    pointerTokens(ref).reduce<unknown>(
      (at, token) => (at as Record<string, unknown> | undefined)?.[token],
      document,
    )
  return [...JSON.stringify(document).matchAll(/"\$ref":"(#[^"]*)"/g)]
    .map(([, ref]) => ref!)
    .filter((ref) => leads(ref) === undefined)
}
