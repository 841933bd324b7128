import assert from 'node:assert/strict'
import { theme } from './theme.ts'

export const positions = theme('positions of events', (it) => {
  it('has no events of the past before there were any', async (t) => {
    assert.deepEqual(await t.engine.recentEvents(10), [])
  })

  it('watches, or does not, without a change of what it tells of itself', async (t) => {
    await t.engine.watch(true)
    const { id } = await t.add()
    await t.told('the task', () => t.host.events.some(({ task }) => task.id === id))
    await t.engine.watch(false)
    await t.engine.watch(true)
    await t.cancel(id)
    await t.told('its end', () => t.host.events.some(({ task }) => task.state === 'CANCELED'))
    assert.equal(t.host.events.length, 2)
  })

  it('gives all events a position, or none', async (t) => {
    await t.engine.watch(true)
    await t.end(await t.run())
    await t.told('all', () => t.host.events.length === 3)
    const given = t.host.events.map(({ position }) => position).filter((position) => position !== undefined)
    assert.ok([0, 3].includes(given.length), JSON.stringify(given))
    assert.equal(new Set(given).size, given.length, 'a position was given twice')
    for (const position of given) assert.ok(!position.includes('\n'), JSON.stringify(position))
  })

  it('tells the newest events again, oldest first, as they were told, where it gives positions', async (t) => {
    await t.engine.watch(true)
    const { id } = await t.add({ id: 'a' })
    const claim = await t.claimOnly(id)
    await t.amend(claim, { state: 'WAITING', waitingFor: 'resource' })
    await t.end(claim)
    await t.told('all', () => t.host.events.length === 4)
    const positioned = t.host.events.filter(({ position }) => position !== undefined)
    const again = (limit: number) =>
      t.engine
        .recentEvents(limit)
        .then((events) => events.map((event) => `${event.position} ${event.type} ${event.task.version}`))
    const told = positioned.map((event) => `${event.position} ${event.type} ${event.task.version}`)
    assert.deepEqual(await again(100), told)
    assert.deepEqual(await again(2), told.slice(-2))
  })
})
