import { expect } from 'chai'
import type { Animator } from '../../src/index.ts'
import { settled } from '../../src/testing/index.ts'
import { useManagers } from './managers.ts'
import { door, never, refusal } from './promises.ts'

describe('The animators of a manager that closes', () => {
  const make = useManagers()

  it('are closed once each, after their last run, and the manager waits for them', async () => {
    const { manager, clock } = make()
    const end = door()
    const closing = door()
    const seen: string[] = []
    class Pooled implements Animator {
      readonly #name = 'pooled'
      async run() {
        await end.opened
        seen.push('ran')
      }
      async close() {
        seen.push(`closes ${this.#name}`)
        await closing.opened
        seen.push('closed')
      }
    }
    const animator = new Pooled()
    manager.register('ONE', animator).register('TWO', animator)
    await manager.create('ONE')
    await settled()
    const closed = manager.close({ grace: '1m' }).then(() => seen.push('manager closed'))
    const again = manager.close({ grace: '1m' })
    await clock.advance('10s')
    expect(seen).to.deep.equal([])
    end.open()
    await settled()
    expect(seen).to.deep.equal(['ran', 'closes pooled'])
    closing.open()
    await Promise.all([closed, again])
    expect(seen).to.deep.equal(['ran', 'closes pooled', 'closed', 'manager closed'])
    expect(clock.pending).to.equal(0)
  })

  it('are closed also where one of them has not opened yet', async () => {
    const { manager } = make()
    const seen: string[] = []
    const opening = door()
    manager.register('SLOW', {
      run: () => {},
      open: () => {
        opening.open()
        return never
      },
      close: () => void seen.push('closed'),
    })
    const opened = refusal('manager-closed', manager.open())
    await opening.opened
    await manager.close()
    await opened
    expect(seen).to.deep.equal(['closed'])
  })

  it('are closed after runs that had to be left behind', async () => {
    const { manager, clock } = make()
    const seen: string[] = []
    manager.register('STUBBORN', {
      cancelGrace: '5s',
      run: () => never,
      close: () => void seen.push(`abandoned: ${manager.status().abandoned}`),
    })
    await manager.create('STUBBORN')
    await settled()
    const closed = manager.close({ grace: '1s' })
    await clock.advance('20s')
    await closed
    expect(seen).to.deep.equal(['abandoned: 1'])
  })

  it('are closed also where nothing was ever run', async () => {
    const { manager } = make()
    let times = 0
    manager.register('WORK', { run() {}, close: () => void times++ })
    await manager.close()
    await manager.close()
    expect(times).to.equal(1)
  })

  it('spoil nothing by failing: it is logged, and the others are closed', async () => {
    const errors: unknown[] = []
    const logger = { ...console, error: (text: string, fields?: object) => errors.push({ text, ...fields }) }
    const { manager } = make({ logger })
    let times = 0
    manager
      .register('THROWS', {
        run() {},
        close() {
          throw new Error('no')
        },
      })
      .register('REJECTS', { run() {}, close: () => Promise.reject(new Error('never')) })
      .register('CLOSES', { run() {}, close: async () => void times++ })
    await manager.close()
    expect(times).to.equal(1)
    expect(errors).to.deep.equal([
      { text: 'an animator failed to close', operation: 'THROWS', error: 'no' },
      { text: 'an animator failed to close', operation: 'REJECTS', error: 'never' },
    ])
    expect(manager.status()).to.include({ state: 'closed' })
  })

  it('are left behind when they take longer than the grace, and have five seconds at least', async () => {
    for (const [grace, limit] of [
      ['1s', 5_000],
      ['30s', 30_000],
    ] as const) {
      const errors: string[] = []
      const { manager, clock } = make({ logger: { ...console, error: (text) => errors.push(text) } })
      manager.register('WORK', { run() {}, close: () => never })
      await manager.open()
      const closed = manager.close({ grace })
      await settled()
      await clock.advance(limit - 1)
      expect(manager.status()).to.include({ state: 'closing' })
      await clock.advance(1)
      await closed
      expect(manager.status()).to.include({ state: 'closed' })
      expect(errors.join()).to.contain('too long to close')
    }
  })

  it('must have a function for it, if anything', async () => {
    const { manager } = make()
    const odd = { run() {}, close: 'please' } as unknown as Animator
    const error = await refusal('invalid-option', (async () => manager.register('WORK', odd))())
    expect(error.message).to.contain('"WORK.close" to be a function')
  })
})
