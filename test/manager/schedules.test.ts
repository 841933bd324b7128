import { expect } from 'chai'
import type { StoredSchedule } from '../../src/engine/contract.ts'
import {
  memory,
  type Engine,
  type Manager,
  type ManagerOptions,
  type ScheduleOptions,
} from '../../src/index.ts'
import { settled, waitForState } from '../../src/testing/index.ts'
import { useManagers } from './managers.ts'
import { door, refusal } from './promises.ts'

const HOURLY: ScheduleOptions = { operation: 'TICK', cron: '0 * * * *' }

describe('A schedule', () => {
  const make = useManagers()

  function ticking(options: ManagerOptions = {}) {
    const made = make({ purgeDelay: '7d', ...options })
    const ran: number[] = []
    const { manager, clock } = made
    const start = clock.now()
    manager.register('TICK', { run: () => void ran.push((clock.now() - start) / 3_600_000) })
    manager.register('HOLD', {
      run: (ops) =>
        new Promise((_, reject) => ops.signal.addEventListener('abort', () => reject(ops.signal.reason))),
    })
    return { ...made, ran, start }
  }

  const tasks = async (manager: Manager) => (await manager.list({ sort: 'createdAt' })).items

  it('makes a task at each tick, that tells where it comes from', async () => {
    const { manager, clock, ran } = ticking()
    const schedule = await manager.setSchedule(
      'hourly',
      { ...HOURLY, tags: ['tick'], priority: 3 },
      { subject: 'ann' },
    )
    expect(schedule).to.include({ name: 'hourly', version: 1, fired: 0, nextAt: clock.now() + 3_600_000 })
    await clock.advance('3h')
    await clock.advance('1s')
    expect(ran.map(Math.round)).to.deep.equal([1, 2, 3])
    const [first] = await tasks(manager)
    expect(first).to.include({ schedule: 'hourly', createdBy: 'ann', priority: 3 })
    expect(first!.tags).to.deep.equal(['tick'])
    const now = await manager.getSchedule('hourly')
    expect(now).to.include({
      fired: 3,
      skipped: 0,
      version: 1,
      lastTaskId: (await tasks(manager)).at(-1)!.id,
    })
  })

  it('goes by its time zone', async () => {
    const { manager, clock } = ticking()
    const { nextAt } = await manager.setSchedule('noon', {
      ...HOURLY,
      cron: '0 12 * * *',
      timeZone: 'Asia/Tokyo',
    })
    expect(new Date(nextAt!).toISOString()).to.equal('2026-01-01T03:00:00.000Z')
    expect(clock.now()).to.equal(Date.UTC(2026, 0, 1))
  })

  it('makes one task for all ticks that came while time jumped, none with `skip`, each with `all`', async () => {
    for (const [missed, expected] of [
      ['once', 1],
      ['skip', 0],
      ['all', 5],
    ] as const) {
      const { manager, clock, ran } = ticking()
      await manager.setSchedule('hourly', { ...HOURLY, missed, overlap: 'allow' })
      await settled()
      await clock.jump(5.5 * 3_600_000)
      await clock.advance('1s')
      expect(ran, missed).to.have.length(expected)
      await clock.advance('30m')
      expect(ran, missed).to.have.length(expected + 1)
    }
  })

  it('skips a tick while the task of the tick before has not ended', async () => {
    const { manager, clock } = ticking()
    await manager.setSchedule('hold', { operation: 'HOLD', cron: '0 * * * *' })
    await clock.advance('3h')
    await clock.advance('1s')
    expect(await tasks(manager)).to.have.length(1)
    expect(await manager.getSchedule('hold')).to.include({ fired: 1, skipped: 2 })
    await manager.cancel((await tasks(manager))[0]!.id)
    await clock.advance('1h')
    expect(await tasks(manager)).to.have.length(2)
  })

  it('lets the next task wait for the one before with `queue`, replaces that with `replace`, runs both with `allow`', async () => {
    for (const [overlap, states] of [
      ['queue', ['ACTIVE', 'NEW']],
      ['replace', ['CANCELED', 'ACTIVE']],
      ['allow', ['ACTIVE', 'ACTIVE']],
    ] as const) {
      const { manager, clock } = ticking()
      await manager.setSchedule('hold', { operation: 'HOLD', cron: '0 * * * *', overlap })
      await clock.advance('2h')
      await clock.advance('1s')
      expect(
        (await tasks(manager)).map(({ state }) => state),
        overlap,
      ).to.deep.equal(states)
    }
  })

  it('makes nothing while it is paused, and what passed then was not missed', async () => {
    const { manager, clock, ran } = ticking()
    const paused = await manager.setSchedule('hourly', { ...HOURLY, paused: true })
    expect(paused).to.not.have.property('nextAt')
    await clock.advance('5h')
    expect(ran).to.deep.equal([])
    expect(await manager.updateSchedule('hourly', { paused: false })).to.include({ version: 2 })
    await clock.advance('1m')
    expect(ran).to.deep.equal([])
    await clock.advance('1h')
    expect(ran).to.have.length(1)
  })

  it('keeps its version when it is told to be as it is, unless another version was meant', async () => {
    const { manager } = ticking()
    const set = await manager.setSchedule('hourly', HOURLY)
    expect(await manager.updateSchedule('hourly', { paused: false })).to.deep.equal(set)
    const paused = await manager.updateSchedule('hourly', { paused: true })
    expect(paused.version).to.equal(2)
    expect(await manager.updateSchedule('hourly', { paused: true }, { ifVersion: 2 })).to.deep.equal(paused)
    await refusal('version-mismatch', manager.updateSchedule('hourly', { paused: true }, { ifVersion: 1 }))
  })

  it('runs now when it is told to, and its calendar goes on', async () => {
    const { manager, clock, ran } = ticking()
    const { nextAt } = await manager.setSchedule('hourly', HOURLY)
    const { task, duplicate } = await manager.runSchedule('hourly')
    expect(duplicate).to.equal(false)
    expect(task).to.include({ schedule: 'hourly', operation: 'TICK' })
    await manager.waitFor(task.id)
    expect(await manager.getSchedule('hourly')).to.include({ nextAt, fired: 0 })
    await clock.advance('1h')
    await clock.advance('1s')
    expect(ran).to.have.length(2)
  })

  it('is replaced by its next version, which forgets no count, and fires at the new times only', async () => {
    const { manager, clock, ran } = ticking()
    await manager.setSchedule('tick', HOURLY)
    await clock.advance('1h')
    const second = await manager.setSchedule('tick', { ...HOURLY, cron: '30 * * * *' }, { ifVersion: 1 })
    expect(second).to.include({ version: 2, fired: 1 })
    await clock.advance('1h')
    await clock.advance('1s')
    expect(ran).to.have.length(2)
    await refusal('version-mismatch', manager.setSchedule('tick', HOURLY, { ifVersion: 1 }))
    await refusal('version-mismatch', manager.setSchedule('tick', HOURLY, { ifVersion: 0 }))
  })

  it('is gone when it is deleted, and its tasks stay', async () => {
    const { manager, clock } = ticking()
    await manager.setSchedule('hourly', HOURLY)
    await clock.advance('1h')
    await clock.advance('1s')
    await manager.deleteSchedule('hourly')
    await clock.advance('2h')
    expect(await tasks(manager)).to.have.length(1)
    expect(await manager.schedules()).to.deep.equal([])
    await refusal('schedule-not-found', manager.getSchedule('hourly'))
    await refusal('schedule-not-found', manager.deleteSchedule('hourly'))
    await refusal('schedule-not-found', manager.runSchedule('hourly'))
  })

  it('checks its arguments when it is stored, and hides those that are secret', async () => {
    const { manager } = ticking()
    manager.register('SECRET', {
      args: {
        type: 'object',
        required: ['n'],
        properties: { n: { type: 'integer' }, key: { type: 'string', writeOnly: true } },
      },
      run: ({ args }) => args.key.length,
    })
    await refusal(
      'invalid-arguments',
      manager.setSchedule('s', { operation: 'SECRET', cron: '@daily', args: {} }),
    )
    const args = { n: 1, key: 'hush' }
    const schedule = await manager.setSchedule('s', { operation: 'SECRET', cron: '@daily', args })
    expect(JSON.stringify(schedule)).to.not.contain('hush')
    const { task } = await manager.runSchedule('s')
    expect((await waitForState(manager, task.id, 'SUCCEEDED')).result).to.equal(4)
  })

  it('refuses what it cannot read, naming the field', async () => {
    const { manager } = ticking()
    const cases: [object, string][] = [
      [{ ...HOURLY, cron: 'now and then' }, '"cron"'],
      [{ ...HOURLY, timeZone: 'Nowhere' }, '"timeZone"'],
      [{ ...HOURLY, missed: 'never' }, '"missed"'],
      [{ ...HOURLY, overlap: 'yes' }, '"overlap"'],
      [{ ...HOURLY, paused: 1 }, '"paused"'],
      [{ ...HOURLY, priority: 5000 }, '"priority"'],
      [{ ...HOURLY, after: ['x'] }, '"after"'],
      [{ operation: 'TICK' }, '"cron"'],
      [{ cron: '@daily' }, '"operation"'],
    ]
    for (const [options, text] of cases) {
      const set = manager.setSchedule('x', options as ScheduleOptions)
      expect((await refusal('invalid-option', set)).message).to.contain(text)
    }
    await refusal('invalid-option', manager.setSchedule('no spaces', HOURLY))
    await refusal('unsupported-operation', manager.setSchedule('x', { operation: 'NONE', cron: '@daily' }))
  })

  it('fires although another one cannot be read here, which is told once', async () => {
    const engine: Engine = memory()
    const errors: string[] = []
    const logger = { ...console, error: (text: string) => void errors.push(text) }
    const { manager, clock, ran } = ticking({ engine, logger })
    await manager.setSchedule('hourly', HOURLY)
    const [{ spec }] = (await engine.schedules()) as [StoredSchedule]
    const next = clock.now() + 1_000
    await engine.putSchedule({
      name: 'elsewhere',
      spec: { ...(spec as object), timeZone: 'Mars/Olympus' },
      next,
    })
    await engine.putSchedule({ name: 'from-the-future', spec: { form: 2 }, next })
    await clock.advance('2h')
    await clock.advance('1s')
    expect(ran.map(Math.round)).to.deep.equal([1, 2])
    expect(errors).to.deep.equal([
      'schedule elsewhere cannot be read here; it does not fire in this process',
      'schedule from-the-future cannot be read here; it does not fire in this process',
    ])
    expect((await manager.schedules()).map(({ name }) => name)).to.deep.equal(['elsewhere', 'hourly'])
    await refusal('internal', manager.getSchedule('from-the-future'))
    await manager.deleteSchedule('from-the-future')
  })

  it('does not fire when its manager is closed while the tick comes', async () => {
    const { manager, clock, ran } = ticking()
    const entered = door()
    manager.register('SLOW', { run: () => entered.opened })
    await manager.setSchedule('hourly', HOURLY)
    await manager.create('SLOW')
    const closed = manager.close({ grace: '2h' })
    await clock.advance('1h')
    entered.open()
    await closed
    expect(ran).to.deep.equal([])
  })
})
