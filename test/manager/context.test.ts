import { AsyncLocalStorage } from 'node:async_hooks'
import { expect } from 'chai'
import { currentTask, Manager } from '../../src/index.ts'
import { FakeClock, settled } from '../../src/testing/index.ts'
import { closeNow, useManagers } from './managers.ts'

const here = (): string | undefined => currentTask()?.id

describe('The current task', () => {
  const make = useManagers()

  it('is known all through a run, across awaits, timers and what it calls', async () => {
    const { manager } = make()
    const seen: (string | undefined)[] = []
    const deep = async (): Promise<void> => {
      seen.push(here())
      await Promise.resolve()
      seen.push(here())
      await new Promise<void>((resolve) => setTimeout(() => resolve(void seen.push(here())), 0))
      await new Promise<void>((resolve) => process.nextTick(() => resolve(void seen.push(here()))))
    }
    manager.register('WORK', { run: async (ops) => (seen.push(here()), await deep(), ops.id) })
    const { task } = await manager.create('WORK')
    await manager.waitFor(task.id)
    expect(seen).to.deep.equal(Array.from({ length: 5 }, () => task.id))
  })

  it('is none outside a run: not to whoever creates, waits, listens or validates', async () => {
    const { manager } = make()
    const seen: (string | undefined)[] = []
    manager.register('WORK', { validate: () => void seen.push(here()), run: () => {} })
    manager.subscribe(() => void seen.push(here()))
    const { task } = await manager.create('WORK')
    await manager.waitFor(task.id)
    seen.push(here())
    expect(new Set(seen)).to.deep.equal(new Set([undefined]))
  })

  it('is its own for each run, many at once, and for each child', async () => {
    const { manager } = make()
    const wrong: unknown[] = []
    const check = (id: string): void => void (here() === id || wrong.push([id, here()]))
    manager.register('CHILD', {
      async run(ops) {
        check(ops.id)
        await settled()
        check(ops.id)
      },
    })
    manager.register('PARENT', {
      async run(ops) {
        check(ops.id)
        const { task } = await ops.create('CHILD')
        check(ops.id)
        await ops.waitFor('children', manager.waitFor(task.id))
        check(ops.id)
        const direct = await manager.create('CHILD')
        await manager.waitFor(direct.task.id)
        check(ops.id)
      },
    })
    const created = await manager.createMany(Array.from({ length: 20 }, () => ({ operation: 'PARENT' })))
    for (const one of created) if ('task' in one) await manager.waitFor(one.task.id)
    expect(wrong).to.deep.equal([])
    expect(await manager.count({ state: ['SUCCEEDED'] })).to.equal(60)
  })

  it('is none in listeners and retries that a run sets off', async () => {
    const { manager, clock } = make()
    const seen: (string | undefined)[] = []
    manager.register('WORK', {
      retry: { limit: 1, backoff: '1s' },
      async run(ops) {
        ops.log('info', 'first line')
        ops.setProgress({ done: 1 })
        await manager.create('OTHER')
        if (ops.attempt === 1) throw new Error('again')
      },
    })
    manager.register('OTHER', { run: () => {} })
    manager.subscribe(() => void seen.push(here()))
    const { task } = await manager.create('WORK')
    await clock.advance('5s')
    expect(await manager.get(task.id)).to.include({ state: 'SUCCEEDED', attempt: 2 })
    expect(seen.length).to.be.greaterThan(5)
    expect(new Set(seen)).to.deep.equal(new Set([undefined]))
  })

  it('is the waiting run again after it has waited', async () => {
    const { manager } = make()
    const seen: (string | undefined)[] = []
    manager.register('WORK', {
      async run(ops) {
        await ops.waitFor('action')
        seen.push(here())
      },
    })
    const { task } = await manager.create('WORK')
    await settled()
    await manager.update(task.id, { state: 'ACTIVE' })
    await manager.waitFor(task.id)
    expect(seen).to.deep.equal([task.id])
  })
})

describe("A host's own async context", () => {
  const request = new AsyncLocalStorage<string>()

  it('of the request that creates a task does not stick to its run, nor to other runs', async () => {
    const clock = new FakeClock()
    const manager = request.run('start of the service', () => new Manager({ clock, concurrency: 1 }))
    const seen: (string | undefined)[] = []
    const look = (): void => void seen.push(request.getStore())
    manager.register('WORK', {
      retry: { limit: 1, backoff: '1s' },
      async run({ attempt }) {
        look()
        await Promise.resolve()
        look()
        if (attempt === 1) throw new Error('again')
      },
    })
    manager.subscribe(look)
    await request.run('one request', () => manager.create('WORK'))
    await request.run('another request', () => manager.create('WORK'))
    await request.run('a third', () => clock.advance('10s'))
    await request.run('a fourth', async () => {
      const { items } = await manager.list()
      for (const { id } of items) await manager.waitFor(id)
      expect(request.getStore()).to.equal('a fourth')
    })
    await closeNow({ manager, clock })
    expect(seen.length).to.be.greaterThan(10)
    expect(new Set(seen)).to.deep.equal(new Set(['start of the service']))
  })

  it('of the request that creates a task is there in the check of its arguments', async () => {
    const manager = new Manager()
    let seen: string | undefined
    manager.register('WORK', { validate: () => void (seen = request.getStore()), run: () => {} })
    await request.run('the request', () => manager.create('WORK'))
    await manager.close()
    expect(seen).to.equal('the request')
  })
})
