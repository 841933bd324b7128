import { expect } from 'chai'
import { ask, restSuite, type Service } from './service.ts'

restSuite('Lists of tasks over REST', ({ serve }) => {
  let service: Service
  const ids: string[] = []
  before(async () => {
    service = await serve()
    for (let i = 0; i < 10; i++) {
      const options = { autoStart: false, tags: [i % 2 === 0 ? 'even' : 'odd', `n${i}`] }
      ids.push(
        (await service.manager.create(i < 5 ? 'HOLD' : 'ECHO', { text: `number ${i}` }, options)).task.id,
      )
    }
    await service.manager.cancel(ids[0]!)
  })
  after(() => service.close())

  const list = async (query: string) => (await ask(service, 'GET', `/hk/tasks?${query}`)).body
  const found = async (query: string) =>
    (await list(query)).items.map(({ id }: { id: string }) => ids.indexOf(id)) as number[]

  it('are filtered by what the query says, any of the operations and states, all of the tags', async () => {
    expect(await found('operation=HOLD&sort=createdAt')).to.deep.equal([0, 1, 2, 3, 4])
    expect(await found('operation=HOLD&operation=ECHO')).to.have.length(10)
    expect(await found('state=CANCELED')).to.deep.equal([0])
    expect(await found('state=CANCELED&state=NEW')).to.have.length(10)
    expect(await found('tag=odd&tag=n3')).to.deep.equal([3])
    expect(await found('tag=odd&tag=n4')).to.deep.equal([])
    expect(await found('text=NUMBER%207')).to.deep.equal([7])
    expect(await found(`parent=${ids[0]!}`)).to.deep.equal([])
  })

  it('are cut by time', async () => {
    const { createdAt } = (await ask(service, 'GET', `/hk/tasks/${ids[3]!}`)).body
    const since = await found(`createdSince=${createdAt}&sort=createdAt`)
    const until = await found(`createdUntil=${createdAt}&sort=createdAt`)
    expect([...until, ...since]).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(since).to.include(3)
    expect(await found('createdSince=2026-01-01T00:00:00%2B02:00&limit=1')).to.have.length(1)
  })

  it('leave out arguments larger than 16 KiB, and say so', async () => {
    const text = 'x'.repeat(16_384)
    const { task } = await service.manager.create('ECHO', { text }, { autoStart: false, tags: ['large'] })
    const { items } = await list('tag=large')
    expect(items).to.have.length(1)
    expect(items[0]).to.deep.include({ id: task.id, args: {}, argsOmitted: true })
    const { body } = await ask(service, 'GET', `/hk/tasks/${task.id}`)
    expect(body.args).to.deep.equal({ text })
    expect(body).to.not.have.property('argsOmitted')
    await service.manager.delete(task.id, { force: true })
  })

  it('come in pages that neither skip nor repeat', async () => {
    for (const sort of ['createdAt', '-createdAt', 'id', '-id']) {
      const seen: number[] = []
      let cursor = ''
      do {
        const page = await list(`sort=${sort}&limit=3${cursor}`)
        expect(page.total).to.equal(10)
        seen.push(...page.items.map(({ id }: { id: string }) => ids.indexOf(id)))
        cursor = page.cursor === undefined ? '' : `&cursor=${encodeURIComponent(page.cursor)}`
      } while (cursor !== '')
      expect(
        [...seen].sort((a, b) => a - b),
        sort,
      ).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
  })
})

restSuite('Bulk actions over REST', ({ serve }) => {
  let service: Service
  beforeEach(async () => {
    service = await serve()
  })
  afterEach(() => service.close())

  const bulk = (body: object) => ask(service, 'POST', '/hk/tasks/bulk', { body })
  const make = async (count: number, operation = 'HOLD') => {
    const made = await service.manager.createMany(
      Array.from({ length: count }, () => ({ operation, options: { autoStart: false } })),
    )
    return made.map((one) => ('task' in one ? one.task.id : ''))
  }

  it('cancel what fits, and tell what they did', async () => {
    await make(5)
    await make(3, 'ECHO')
    const { status, body } = await bulk({
      action: 'cancel',
      filter: { operation: ['HOLD'] },
      reason: 'enough',
    })
    expect([status, body]).to.deep.equal([200, { done: 5, skipped: 0, failed: [], more: false }])
    const [task] = (await service.manager.list({ operation: ['HOLD'] })).items
    expect(task!.reason!.message).to.equal('enough')
    expect((await bulk({ action: 'cancel', filter: {} })).body).to.include({ done: 3, skipped: 5 })
  })

  it('go on where they stopped, and re-run each task once', async () => {
    const made = await make(5)
    for (const id of made) await service.manager.cancel(id)
    const filter = { state: ['CANCELED'] }
    const first = await bulk({ action: 'rerun', filter, limit: 3, reason: 'again' })
    expect(first.body).to.include({ done: 3, more: true })
    const second = await bulk({ action: 'rerun', filter, limit: 3, cursor: first.body.cursor })
    expect(second.body).to.include({ done: 2, more: false })
    const reruns = (await service.manager.list({ limit: 100 })).items
      .map(({ rerunOf }) => rerunOf)
      .filter((id) => id !== undefined)
    expect(reruns).to.have.members(made)
  })

  it('let everybody else have a turn after each hundred', async () => {
    const made = await make(450)
    const turns = new Map<number, number>()
    let turn = 0
    const next = () => {
      turn++
      ticking = setImmediate(next)
    }
    let ticking = setImmediate(next)
    const cancel = service.manager.cancel.bind(service.manager)
    service.manager.cancel = (...args) => {
      turns.set(turn, (turns.get(turn) ?? 0) + 1)
      return cancel(...args)
    }
    const all = await bulk({ action: 'cancel', filter: {} })
    clearImmediate(ticking)
    expect(all.body.done).to.equal(made.length)
    expect(Math.max(...turns.values())).to.equal(100)
  })

  it('take tasks by id, and pass over those that are not there', async () => {
    const [one, two] = await make(3)
    const answer = await bulk({ action: 'cancel', filter: { id: [one, two, 'nope'] } })
    expect(answer.body).to.include({ done: 2, skipped: 0 })
    const mixed = await bulk({ action: 'cancel', filter: { id: [one], state: ['NEW'] } })
    expect([mixed.status, mixed.body.errors[0].path]).to.deep.equal([400, '/filter/id'])
  })

  it('delete ended tasks and pass over others', async () => {
    const [one] = await make(2)
    await service.manager.cancel(one!)
    expect((await bulk({ action: 'delete', filter: { operation: ['HOLD'] } })).body).to.include({
      done: 1,
      skipped: 1,
    })
  })

  it('refuse what is no action, and a filter that does not exist', async () => {
    const { status, body } = await bulk({ action: 'purge', filter: { status: ['NEW'] } })
    expect(status).to.equal(400)
    expect(body.errors.map(({ path }: { path: string }) => path)).to.have.members([
      '/action',
      '/filter/status',
    ])
  })
})
