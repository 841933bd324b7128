import { expect } from 'chai'
import type { Animator, AnimatorPlace } from '../../src/index.ts'
import { settled } from '../../src/testing/index.ts'
import { useManagers } from './managers.ts'
import { door, never, refusal } from './promises.ts'

describe('What the animators of a manager share', () => {
  const make = useManagers()

  it('is made by the first who needs it, be that a run or an opening, and once for each manager', async () => {
    let made = 0
    const pool = (): object => ({ number: ++made })
    const opened: object[] = []
    const animator: Animator = { run: (_, place) => place.shared(pool) }
    const early: Animator = { ...animator, open: (place) => void opened.push(place.shared(pool)) }
    const two = [make(), make()]
    const results: unknown[] = []
    for (const { manager } of two) {
      manager.register('ONE', animator).register('TWO', { ...animator })
      for (const name of ['ONE', 'TWO', 'ONE']) {
        const { task } = await manager.create(name)
        results.push((await manager.waitFor(task.id)).result)
      }
    }
    const numbers = results.map((result) => (result as { number: number }).number)
    expect(numbers).to.deep.equal([1, 1, 1, 2, 2, 2])
    two[0]!.manager.register('EARLY', early)
    await settled()
    expect(opened).to.deep.equal([{ number: 1 }])
  })

  it('is there for a run that begins while its animator is still being opened', async () => {
    const { manager } = make()
    const opening = door()
    const places = new Set<AnimatorPlace>()
    const animator: Animator = {
      async open(place) {
        places.add(place)
        await opening.opened
      },
      run: (_, place) => void places.add(place),
    }
    await manager.open()
    manager.register('SLOW', animator)
    const { task } = await manager.create('SLOW')
    expect(await manager.waitFor(task.id)).to.include({ state: 'SUCCEEDED' })
    expect(places.size).to.equal(1)
    opening.open()
  })

  it('may be kept for tasks, of which the place tells what has become, also while the manager closes', async () => {
    const { manager } = make()
    const seen: unknown[] = []
    const tell = async ({ get }: AnimatorPlace, id: string): Promise<void> => {
      const task = await get(id)
      seen.push(task === undefined ? undefined : [task.state, task.args])
    }
    let watched = ''
    let gone = ''
    manager.register('KEEPS', {
      args: { properties: { secret: { writeOnly: true } } },
      run: () => {},
      open(place) {
        expect(place.durable).to.equal(false)
        place.shared(() => ({
          async close() {
            await tell(place, watched)
            await tell(place, gone)
          },
        }))
      },
    })
    for (const args of [{ secret: 'hunter2' }, {}]) {
      const { task } = await manager.create('KEEPS', args)
      await manager.waitFor(task.id)
      watched ||= task.id
      gone = task.id
    }
    await manager.delete(gone)
    await manager.close()
    expect(seen).to.deep.equal([['SUCCEEDED', { secret: '[redacted]' }], undefined])
  })

  it('is closed with its manager, after all animators, and nobody gets any more of it', async () => {
    const { manager } = make()
    const other = make().manager
    const seen: string[] = []
    const pool = (place: AnimatorPlace) => ({
      close: async () => void seen.push(`pool of ${places.indexOf(place)}`),
    })
    const places: AnimatorPlace[] = []
    const animator: Animator = {
      run() {},
      open(place) {
        places.push(place)
        place.shared(pool)
      },
      async close() {
        await settled()
        seen.push('animator')
      },
    }
    for (const one of [manager, other]) await one.register('ONE', animator).register('TWO', animator).open()
    await manager.close()
    expect(seen).to.deep.equal(['animator', 'pool of 0'])
    await refusal('manager-closed', (async () => places[0]!.shared(pool))())
    places[1]!.shared(pool)
    await other.close()
    expect(seen).to.deep.equal(['animator', 'pool of 0', 'animator', 'pool of 1'])
  })

  it('may be a promise, and is made anew after it has failed', async () => {
    const { manager } = make()
    let tries = 0
    let closed = 0
    const pool = async (): Promise<{ close(): void }> => {
      if (++tries === 1) throw new Error('not yet')
      return { close: () => void closed++ }
    }
    manager.register('WORK', { run: async (_, place) => void (await place.shared(pool)) })
    const states: string[] = []
    for (let i = 0; i < 3; i++) {
      const { task } = await manager.create('WORK')
      states.push((await manager.waitFor(task.id)).state)
    }
    expect(states).to.deep.equal(['FAILED', 'SUCCEEDED', 'SUCCEEDED'])
    expect(tries).to.equal(2)
    await manager.close()
    expect(closed).to.equal(1)
  })

  it('spoils nothing by failing to close, or by taking too long: both are logged', async () => {
    const errors: unknown[] = []
    const logger = { ...console, error: (text: string, fields?: object) => errors.push({ text, ...fields }) }
    const { manager, clock } = make({ logger })
    const things = [
      () => ({ close: () => Promise.reject(new Error('no')) }),
      () => ({ close: () => never }),
      () => undefined,
    ]
    manager.register('WORK', {
      run() {},
      open(place) {
        for (const thing of things) place.shared<unknown>(thing)
      },
    })
    await manager.open()
    const closed = manager.close({ grace: 0 })
    await settled()
    await clock.advance(4_999)
    expect(manager.status()).to.include({ state: 'closing' })
    await clock.advance(1)
    await closed
    expect(errors).to.deep.equal([
      { text: 'what animators share failed to close', error: 'no' },
      { text: 'what animators share takes too long to close; it is left behind' },
    ])
  })
})
