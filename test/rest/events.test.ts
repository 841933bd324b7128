import { expect } from 'chai'
import { connect } from 'node:net'
import { once } from 'node:events'
import { waitForState } from '../../src/testing/index.ts'
import { rulesFor, type Person } from './people.ts'
import { ask, opened, restSuite, type Service } from './service.ts'
import { readEvents, readyEvents } from './sse.ts'

restSuite('The stream of events', ({ serve, kind }) => {
  let service: Service
  afterEach(() => service.close())

  const created = (id: string) => (message: { event?: string | undefined; data: string }) =>
    message.event === 'created' && (JSON.parse(message.data) as { id: string }).id === id

  it('tells each change of a task, in order', async () => {
    service = await serve()
    const reader = await readyEvents(service)
    const { task } = await service.manager.create('ECHO')
    await reader.next(({ event, data }) => event === 'updated' && data.includes('SUCCEEDED'))
    const told = reader.events.slice(1).map(({ event, data }) => [event, JSON.parse(data)] as const)
    expect(told.map(([event, { state }]) => [event, state])).to.deep.equal([
      ['created', 'NEW'],
      ['updated', 'ACTIVE'],
      ['updated', 'SUCCEEDED'],
    ])
    for (const [, change] of told) expect(change).to.include({ id: task.id, operation: 'ECHO' })
    expect(told.map(([, { version }]) => version)).to.deep.equal([1, 2, 3])
    await service.manager.delete(task.id)
    await reader.next(({ event }) => event === 'deleted')
    reader.leave()
  })

  it('is not held back on its way', async () => {
    service = await serve()
    const { headers, statusCode } = await opened(service, 'GET', '/hk/events')
    expect(statusCode).to.equal(200)
    expect(headers).to.include({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
      'cache-control': 'no-store, no-transform',
    })
    const { status, body } = await ask(service, 'GET', '/hk/events', {
      headers: { accept: 'application/json' },
    })
    expect([status, body.code]).to.deep.equal([406, 'not-acceptable'])
  })

  it('tells only of the operations that are asked for', async () => {
    service = await serve()
    const reader = await readyEvents(service, '/hk/events?operation=HOLD&operation=FAIL')
    await service.manager.create('ECHO')
    const { task } = await service.manager.create('HOLD', {}, { autoStart: false })
    await reader.next(created(task.id))
    expect(reader.events.slice(1).map(({ data }) => JSON.parse(data).operation)).to.deep.equal(['HOLD'])
    reader.leave()
  })

  it('goes on where a reader broke off', async () => {
    service = await serve()
    const first = await readyEvents(service)
    const { task: seen } = await service.manager.create('HOLD', {}, { autoStart: false })
    const { id } = await first.next(created(seen.id))
    first.leave()
    const others = []
    for (let i = 0; i < 3; i++)
      others.push((await service.manager.create('HOLD', {}, { autoStart: false })).task.id)
    const second = await readEvents(service, '/hk/events', { 'last-event-id': id! })
    await second.next(created(others[2]!))
    const ids = second.events
      .filter(({ event }) => event === 'created')
      .map(({ data }) => JSON.parse(data).id)
    expect(ids).to.deep.equal(others)
    expect(second.events.map(({ event }) => event)).not.to.include('reset')
    second.leave()
  })

  it('says so when it cannot tell all that was missed', async () => {
    service = await serve({ router: { events: { replay: 2 } } })
    const first = await readyEvents(service)
    const start = first.events[0]!.id!
    const tasks = []
    for (let i = 0; i < 3; i++)
      tasks.push((await service.manager.create('HOLD', {}, { autoStart: false })).task.id)
    await first.next(created(tasks[2]!))
    const [, earliest, , last] = first.events.map(({ id }) => id!)
    for (const id of [start, 'elsewhere-1', `${last}9`, `${last}x`, start.split('-')[0]!, '-', '0']) {
      const reader = await readyEvents(service, '/hk/events', { 'last-event-id': id })
      expect(
        reader.events.map(({ event }) => event),
        id,
      ).to.deep.equal(['reset', 'ready'])
      expect(reader.events[1]!.id, id).to.equal(last)
      reader.leave()
    }
    const kept = await readyEvents(service, '/hk/events', { 'last-event-id': earliest! })
    expect(kept.events.map(({ event }) => event)).to.deep.equal(['created', 'created', 'ready'])
    kept.leave()
    first.leave()
  })

  it('shows each reader only what that one may see, also of operations that come later', async () => {
    const people: Record<string, Person> = {
      ann: { view: { HOLD: 'own', LATER: true } },
      bob: { view: { HOLD: true } },
    }
    service = await serve({ router: { access: rulesFor(people) } })
    const ann = await readyEvents(service, '/hk/events', { 'x-user': 'ann' })
    const bob = await readyEvents(service, '/hk/events', { 'x-user': 'bob' })
    service.manager.register('LATER', { run: () => null })
    const make = async (operation: string, subject: string) =>
      (await service.manager.create(operation, {}, { autoStart: false, subject })).task.id
    const [anns, bobs, later, last] = [
      await make('HOLD', 'ann'),
      await make('HOLD', 'bob'),
      await make('LATER', 'bob'),
      await make('HOLD', 'ann'),
    ]
    await Promise.all([ann.next(created(last)), bob.next(created(last))])
    const seen = (reader: typeof ann) => reader.events.slice(1).map(({ data }) => JSON.parse(data).id)
    expect(seen(ann)).to.deep.equal([anns, later, last])
    expect(seen(bob)).to.deep.equal([anns, bobs, last])
    ann.leave()
    bob.leave()
  })

  it('replays only what the reader may see', async () => {
    const people: Record<string, Person> = { ann: { view: { HOLD: 'own' } }, boss: { view: { HOLD: true } } }
    service = await serve({ router: { access: rulesFor(people) } })
    const boss = await readyEvents(service, '/hk/events', { 'x-user': 'boss' })
    const start = boss.events[0]!.id!
    const { task } = await service.manager.create('HOLD', {}, { autoStart: false, subject: 'boss' })
    await boss.next(created(task.id))
    const ann = await readyEvents(service, '/hk/events', { 'x-user': 'ann', 'last-event-id': start })
    expect(ann.events.map(({ event }) => event)).to.deep.equal(['ready'])
    ann.leave()
    boss.leave()
  })

  it('ends when its reader is nobody any more, and when the manager has closed', async () => {
    const people: Record<string, Person> = { ann: { view: { HOLD: true } }, bob: { view: { HOLD: true } } }
    service = await serve({ router: { access: rulesFor(people), heartbeat: 20 } })
    const ann = await readyEvents(service, '/hk/events', { 'x-user': 'ann' })
    const bob = await readyEvents(service, '/hk/events', { 'x-user': 'bob' })
    delete people['ann']
    await ann.ended
    await service.manager.close({ grace: 0 })
    await bob.ended
  })

  it('tells no more of an operation once the right to see it is gone', async () => {
    const people: Record<string, Person> = { ann: { view: { HOLD: true, ECHO: true } } }
    service = await serve({ router: { access: rulesFor(people), heartbeat: 20 } })
    const reader = await readyEvents(service, '/hk/events', { 'x-user': 'ann' })
    people['ann'] = { view: { ECHO: true } }
    // Rights are looked at again with each heartbeat: two of them, and the first is surely over.
    for (let beats = 0; beats < 2;) {
      const [chunk] = (await once(reader.response, 'data')) as [string]
      if (chunk.startsWith(':')) beats++
    }
    await service.manager.create('HOLD', {}, { autoStart: false })
    const { task } = await service.manager.create('ECHO', {}, { autoStart: false })
    await reader.next(created(task.id))
    expect(reader.events.slice(1).map(({ data }) => JSON.parse(data).operation)).to.deep.equal(['ECHO'])
    reader.leave()
  })

  it('goes on for the others when the rules fail for one reader', async () => {
    const people: Record<string, Person> = {
      ann: { view: { HOLD: true } },
      bob: { view: { HOLD: true, LATER: true } },
    }
    const rules = rulesFor(people)
    const canView: typeof rules.canView = (subject, operation) => {
      if (subject.id === 'ann' && operation === 'LATER') throw new Error('no rule for it')
      return rules.canView(subject, operation)
    }
    service = await serve({ router: { access: { ...rules, canView } } })
    const ann = await readyEvents(service, '/hk/events', { 'x-user': 'ann' })
    const bob = await readyEvents(service, '/hk/events', { 'x-user': 'bob' })
    service.manager.register('LATER', { run: () => null })
    const { task } = await service.manager.create('LATER', {}, { autoStart: false })
    await bob.next(created(task.id))
    await ann.ended
    bob.leave()
  })

  describe('whose rules take their time', () => {
    const all: Person = { view: { HOLD: true, LATER: true, LAST: true } }
    const rules = rulesFor({ ann: all, bob: all })
    const as = (user: string) => readyEvents(service, '/hk/events', { 'x-user': user })
    /** The rule for ann and LATER answers when told to. */
    let answer: (yes: boolean) => void
    const canView: typeof rules.canView = (subject, operation) => {
      if (operation !== 'LATER' || subject.id === 'bob') return rules.canView(subject, operation)
      return new Promise((resolve) => (answer = resolve))
    }
    const make = async (operation: string) =>
      (await service.manager.create(operation, {}, { autoStart: false })).task.id
    const register = () =>
      service.manager.register('LATER', { run: () => null }).register('LAST', { run: () => null })

    it('goes on at once for the others, and without a gap for the one', async () => {
      service = await serve({ router: { access: { ...rules, canView }, events: { batch: 1 } } })
      const [ann, bob] = [await as('ann'), await as('bob')]
      register()
      const made = [await make('HOLD'), await make('LATER')]
      await bob.next(created(made[1]!))
      made.push(await make('LAST'))
      await bob.next(created(made[2]!))
      answer(true)
      await ann.next(created(made[2]!))
      const seen = ann.events.slice(1).map(({ data }) => JSON.parse(data).id)
      expect(seen).to.deep.equal(made)
      ann.leave()
      bob.leave()
    })

    it('lets the one go whose rules never answer', async () => {
      const warned: string[] = []
      const logger = { ...console, warn: (message: string) => void warned.push(message) }
      service = await serve({ router: { access: { ...rules, canView }, heartbeat: 20, logger } })
      const [ann, bob] = [await as('ann'), await as('bob')]
      register()
      const made = await make('LATER')
      await bob.next(created(made))
      await ann.ended
      // Its last id is from before the change: nothing is lost when it comes back.
      expect(ann.events.map(({ event }) => event)).to.deep.equal(['ready'])
      expect(warned).to.deep.equal(['a reader of events was let go: its rules of access did not answer'])
      const last = await make('LAST')
      await bob.next(created(last))
      bob.leave()
    })
  })

  it('tells the last changes before it ends with the manager, and begins no more', async () => {
    const people: Record<string, Person> = { ann: { view: { HOLD: true, LATER: true } } }
    service = await serve({ router: { access: rulesFor(people), events: { batch: '1h' } } })
    const reader = await readyEvents(service, '/hk/events', { 'x-user': 'ann' })
    const { task } = await service.manager.create('HOLD')
    await waitForState(service.manager, task.id, 'ACTIVE')
    service.manager.register('LATER', { run: () => null })
    await service.manager.create('LATER', {}, { autoStart: false })
    await service.manager.close({ grace: 0 })
    await reader.ended
    const { data } = reader.events.findLast((event) => event.data.includes(task.id))!
    const told = JSON.parse(data)
    // Engines that outlive the process keep it for later. Where replicas share one, the end of this one may come first:
    // then the others tell it, to whoever comes with the last id that was told here.
    const states = kind.shared ? ['NEW', 'ACTIVE'] : [kind.durable ? 'NEW' : 'CANCELED']
    expect(states).to.include(told.state)
    if (told.state !== 'ACTIVE') expect(told.reason).to.include({ code: 'shutdown' })
    const { status, body } = await ask(service, 'GET', '/hk/events', { headers: { 'x-user': 'ann' } })
    expect([status, body.code]).to.deep.equal([503, 'manager-closed'])
  })

  it('is refused when the manager has closed, also where all is open', async () => {
    service = await serve()
    await service.manager.close()
    const { status, body } = await ask(service, 'GET', '/hk/events')
    expect([status, body.code]).to.deep.equal([503, 'manager-closed'])
  })

  it('tells a great many changes that came at once', async () => {
    const count = kind.durable ? 2_000 : 150_000
    service = await serve({ router: { events: { lag: 2 ** 30 } } })
    const reader = await readyEvents(service)
    let bytes = 0
    reader.response.on('data', (chunk: string) => (bytes += chunk.length))
    const many = Array.from({ length: count }, () => ({ operation: 'HOLD', options: { autoStart: false } }))
    const last = (await service.manager.createMany(many)).at(-1)!
    await reader.next(created('task' in last ? last.task.id : ''))
    expect(reader.events).to.have.length(count + 1)
    expect(bytes).to.be.greaterThan(count * 100)
    reader.leave()
  }).timeout(60_000)

  it('drops a reader that does not read, and serves the others', async () => {
    service = await serve({ router: { events: { batch: 5, lag: 10_000 } } })
    const stalled = connect(service.port, '127.0.0.1').pause()
    stalled.write('GET /hk/events HTTP/1.1\r\nHost: x\r\n\r\n')
    const [socket] = (await once(service.server, 'connection')) as [import('node:net').Socket]
    const reader = await readyEvents(service, '/hk/events?operation=ECHO')
    const many = Array.from({ length: 2000 }, () => ({ operation: 'HOLD', options: { autoStart: false } }))
    while (!socket.destroyed) {
      await service.manager.createMany(many)
      await new Promise(setImmediate)
    }
    const { task } = await service.manager.create('ECHO', {}, { autoStart: false })
    await reader.next(created(task.id))
    reader.leave()
    stalled.destroy()
  })

  it('frees all that belonged to a reader that left', async () => {
    service = await serve({ router: { events: { linger: 1 } } })
    let listeners = 0
    const subscribe = service.manager.subscribe.bind(service.manager)
    let gone: () => void = () => undefined
    const noneLeft = new Promise<void>((resolve) => (gone = resolve))
    service.manager.subscribe = (...args) => {
      listeners++
      const unsubscribe = subscribe(...args)
      return () => {
        unsubscribe()
        if (--listeners === 0) gone()
      }
    }
    const readers = await Promise.all(Array.from({ length: 10 }, () => readyEvents(service)))
    expect(listeners).to.equal(1)
    for (const reader of readers) reader.leave()
    await noneLeft
    const again = await readyEvents(service, '/hk/events', { 'last-event-id': readers[0]!.events[0]!.id! })
    expect(again.events.map(({ event }) => event)).to.deep.equal(['reset', 'ready'])
    again.leave()
  })

  it('ends when the manager has closed, so that the server can', async () => {
    service = await serve()
    const readers = await Promise.all([readyEvents(service), readyEvents(service)])
    await service.manager.close()
    await Promise.all(readers.map(({ ended }) => ended))
  })

  it('reaches a thousand readers', async () => {
    service = await serve()
    const readers = await Promise.all(Array.from({ length: 1000 }, () => readyEvents(service)))
    const { task } = await service.manager.create('HOLD', {}, { autoStart: false })
    const got = await Promise.all(readers.map((reader) => reader.next(created(task.id))))
    expect(new Set(got.map(({ id }) => id))).to.have.lengthOf(1)
    for (const reader of readers) reader.leave()
  }).timeout(30_000)
})
