import { expect } from 'chai'
import { processRunner } from '../../src/animators/process/index.ts'
import { localFiles } from '../../src/files/index.ts'
import { SHARED_KINDS, SHARED_MEMORY } from '../engine/engines.ts'
import type { SharedMemory } from '../engine/shared-memory.ts'
import { scratchFolders } from '../faults/scratch.ts'
import { rulesFor } from './people.ts'
import { ask, restSuite, type OnEngine, type Service } from './service.ts'
import { readEvents, readyEvents } from './sse.ts'

/** Services that share their tasks, as replicas of one service do. */
function replicas({ store, serve }: Pick<OnEngine, 'store' | 'serve'>) {
  const open: Service[] = []
  afterEach(() => Promise.all(open.splice(0).map((service) => service.close())))
  return async (count: number, options: Parameters<typeof serve>[0] = {}): Promise<Service[]> => {
    const shared = store()
    for (let i = 0; i < count; i++) open.push(await serve({ store: shared, ...options }))
    return [...open]
  }
}

const created = (id: string) => (message: { event?: string | undefined; data: string }) =>
  message.event === 'created' && (JSON.parse(message.data) as { id: string }).id === id
const make = async (service: Service | undefined, operation = 'HOLD') =>
  (await service!.manager.create(operation, {}, { autoStart: false })).task.id

restSuite(
  'Replicas of a service',
  (on) => {
    const start = replicas(on)

    it('show the same tasks, and either can be told to change them', async () => {
      const [a, b] = await start(2)
      const { body } = await ask(a!, 'POST', '/hk/tasks', { body: { operation: 'HOLD' } })
      expect((await ask(b!, 'GET', `/hk/tasks/${body.id}`)).status).to.equal(200)
      expect((await ask(b!, 'POST', `/hk/tasks/${body.id}/cancel`)).status).to.equal(200)
      const { state, reason } = await a!.manager.waitFor(body.id)
      expect([state, reason?.code]).to.deep.equal(['CANCELED', 'canceled'])
    })

    it('show the same schedules, and all workers', async () => {
      const [a, b] = await start(2)
      const body = { operation: 'ECHO', cron: '@yearly' }
      expect((await ask(a!, 'PUT', '/hk/schedules/yearly', { body })).status).to.equal(201)
      const again = await ask(b!, 'PUT', '/hk/schedules/yearly', { body, headers: { 'if-match': '"1"' } })
      expect([again.status, again.body.version]).to.deep.equal([200, 2])
      const lists = await Promise.all([a!, b!].map((service) => ask(service, 'GET', '/hk/workers')))
      const [ofA, ofB] = lists.map((list) => list.body.items.map(({ id }: { id: string }) => id))
      expect(ofA).to.have.length(2)
      expect(ofA).to.deep.equal(ofB)
      expect((await ask(b!, 'GET', '/hk/operations/ECHO')).body.workers).to.equal(2)
    })

    it('tell the same changes under the same ids, in the same order', async () => {
      const [a, b] = await start(2)
      const readers = [await readyEvents(a!), await readyEvents(b!)]
      const ids = [await make(a), await make(b), await make(a), await make(b)]
      for (const reader of readers) await reader.next(created(ids[3]!))
      const [ofA, ofB] = readers.map(({ events }) => events.slice(1).map(({ id, data }) => [id, data]))
      expect(ofA).to.have.length(4)
      expect(ofA).to.deep.equal(ofB)
      for (const reader of readers) reader.leave()
    })

    for (const [when, listens] of [
      ['that has readers already', true],
      ['that had none', false],
    ] as const) {
      it(`let a reader go on at another one ${when}, without a gap and without a reset`, async () => {
        const [a, b] = await start(2)
        const other = listens ? await readyEvents(b!) : undefined
        const first = await readyEvents(a!)
        const seen = await make(a)
        const { id } = await first.next(created(seen))
        first.leave()
        const missed = [await make(a), await make(b)]
        const second = await readEvents(b!, '/hk/events', { 'last-event-id': id! })
        const later = await make(a)
        await second.next(created(later))
        expect(second.events.map(({ event }) => event)).not.to.include('reset')
        const told = second.events.filter(({ event }) => event === 'created')
        expect(told.map(({ data }) => JSON.parse(data).id)).to.deep.equal([...missed, later])
        second.leave()
        other?.leave()
      })
    }

    it('let one go on that had only been told that it is ready', async () => {
      const [a, b] = await start(2)
      await make(a)
      const first = await readyEvents(a!)
      first.leave()
      const missed = await make(b)
      const second = await readyEvents(b!, '/hk/events', { 'last-event-id': first.events[0]!.id! })
      expect(second.events.map(({ event }) => event)).to.deep.equal(['created', 'ready'])
      expect(created(missed)(second.events[0]!)).to.equal(true)
      second.leave()
    })

    it('show a reader that comes from another one only what it may see', async () => {
      const access = rulesFor({ ann: { view: { ECHO: true } }, boss: { view: { ECHO: true, HOLD: true } } })
      const [a, b] = await start(2, { router: { access } })
      const as = (user: string, service: Service, last?: string) =>
        readyEvents(service, '/hk/events', {
          'x-user': user,
          ...(last !== undefined && { 'last-event-id': last }),
        })
      const boss = await as('boss', a!)
      const { id } = await make(a).then((task) => boss.next(created(task)))
      boss.leave()
      await make(a, 'HOLD')
      const mine = await make(b, 'ECHO')
      const ann = await as('ann', b!, id)
      expect(ann.events.map(({ event }) => event)).to.deep.equal(['created', 'ready'])
      expect(created(mine)(ann.events[0]!)).to.equal(true)
      ann.leave()
    })

    it('tell by a reset that more was missed than is kept', async () => {
      const [a, b] = await start(2, { router: { events: { replay: 2 } } })
      const first = await readyEvents(a!)
      const { id } = await make(a).then((task) => first.next(created(task)))
      first.leave()
      for (let i = 0; i < 3; i++) await make(a)
      const second = await readyEvents(b!, '/hk/events', { 'last-event-id': id! })
      expect(second.events.map(({ event }) => event)).to.deep.equal(['reset', 'ready'])
      second.leave()
    })
  },
  SHARED_KINDS,
)

restSuite(
  'Replicas that keep files for themselves',
  ({ store, serve }) => {
    const scratch = scratchFolders()
    const open: Service[] = []
    afterEach(() => Promise.all(open.splice(0).map((service) => service.close())))

    /** Only the first runs `PRINT`. */
    async function start(): Promise<{ a: Service; b: Service }> {
      const shared = store()
      const one = async () => serve({ store: shared, manager: { files: localFiles(await scratch()) } })
      const [a, b] = [await one(), await one()]
      open.push(a, b)
      a.manager.register('PRINT', processRunner({ allow: ['echo'], spawner: false }))
      await a.manager.open()
      return { a, b }
    }
    const print = (service: Service, more: object = {}) =>
      ask(service, 'POST', '/hk/tasks', {
        body: { operation: 'PRINT', args: { command: ['echo', 'hello'] }, ...more },
      })
    const TYPES = ['application/json', 'text/plain', 'application/x-ndjson', 'text/event-stream']

    it('refuse what processes of another one printed as they refuse its files, in whatever form', async () => {
      const { a, b } = await start()
      const { body } = await print(a)
      await a.manager.waitFor(body.id)
      for (const path of [
        `output?stream=stdout`,
        `output?stream=stderr&follow=true`,
        'files',
        'files.tar.gz',
      ]) {
        for (const accept of TYPES) {
          if (path.includes('follow') && accept === TYPES[0]) continue
          const headers = path.startsWith('output') ? { accept } : {}
          const refused = await ask(b, 'GET', `/hk/tasks/${body.id}/${path}`, { headers })
          expect([refused.status, refused.body.code], `${path} ${accept}`).to.deep.equal([
            409,
            'files-elsewhere',
          ])
        }
      }
      const text = await ask(a, 'GET', `/hk/tasks/${body.id}/output?stream=stdout`, {
        headers: { accept: 'text/plain' },
      })
      expect([text.status, text.text]).to.deep.equal([200, 'hello\n'])
    })

    it('break off a stream without its end when the task that it follows starts at another one', async () => {
      const { a, b } = await start()
      const { body } = await print(a, { autoStart: false })
      const path = `/hk/tasks/${body.id}/output?stream=stdout&follow=true`
      const [ofA, ofB] = [await readEvents(a, path), await readEvents(b, path)]
      await ask(b, 'PATCH', `/hk/tasks/${body.id}`, { body: { state: 'ACTIVE' } })
      await Promise.all([ofA.ended, ofB.ended])
      expect(ofA.events.map(({ event }) => event)).to.deep.equal([undefined, 'end'])
      expect(ofB.events).to.deep.equal([])
    })
  },
  SHARED_KINDS,
)

restSuite(
  'A replica that hears of changes late',
  ({ store, serve }) => {
    const open: Service[] = []
    afterEach(() => Promise.all(open.splice(0).map((service) => service.close())))

    it('asks for them when a reader knows more than itself, and tells its other readers too', async () => {
      const shared = store()
      const engine = shared.engine() as SharedMemory
      const a = await serve({ store: shared })
      const b = await serve({ store: shared, manager: { engine } })
      open.push(a, b)
      const [ofA, ofB] = [await readyEvents(a), await readyEvents(b)]
      const known = await make(a)
      await Promise.all([ofA, ofB].map((reader) => reader.next(created(known))))
      // From here on nothing comes by itself.
      engine.watching = false
      const { id } = await make(a).then((task) => ofA.next(created(task)))
      const late = await make(a)
      const moved = await readyEvents(b, '/hk/events', { 'last-event-id': id! })
      expect(moved.events.map(({ event }) => event)).to.deep.equal(['created', 'ready'])
      expect(created(late)(moved.events[0]!)).to.equal(true)
      await Promise.all([ofA, ofB].map((reader) => reader.next(created(late))))
      const [idsOfA, idsOfB] = [ofA, ofB].map(({ events }) => events.slice(1).map((event) => event.id))
      expect(idsOfA).to.deep.equal(idsOfB)
      for (const reader of [ofA, ofB, moved]) reader.leave()
    })

    it('lets its readers go when it was cut off, and tells them by a reset that they missed something', async () => {
      const shared = store()
      const engine = shared.engine() as SharedMemory
      const router = { events: { replay: 2 } }
      const a = await serve({ store: shared, router })
      const b = await serve({ store: shared, manager: { engine }, router })
      open.push(a, b)
      const reader = await readyEvents(b)
      const { id } = await make(a).then((task) => reader.next(created(task)))
      engine.watching = false
      for (let i = 0; i < 3; i++) await make(a)
      engine.host.missed('events')
      await reader.ended
      const again = await readyEvents(b, '/hk/events', { 'last-event-id': id! })
      expect(again.events.map(({ event }) => event)).to.deep.equal(['reset', 'ready'])
      again.leave()
    })
  },
  [SHARED_MEMORY],
)
