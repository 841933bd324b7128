import { expect } from 'chai'
import { collectEvents } from '../../src/testing/index.ts'
import { useManagers } from './managers.ts'
import { refusal } from './promises.ts'

const schema = {
  type: 'object',
  properties: {
    host: { type: 'string' },
    token: { type: 'string', minLength: 3, writeOnly: true },
    login: { $ref: '#/$defs/login' },
  },
  $defs: { login: { type: 'object', properties: { user: {}, password: { writeOnly: true } } } },
}
const args = { host: 'db1', token: 'top-secret', login: { user: 'ann', password: 'top-secret' } }
const shown = { host: 'db1', token: '[redacted]', login: { user: 'ann', password: '[redacted]' } }

describe('A secret argument', () => {
  const make = useManagers()

  function backup() {
    const { manager } = make()
    const seen: unknown[] = []
    manager.register('BACKUP', { args: schema, run: (ops) => void seen.push(ops.args, ops.get().args) })
    return { manager, seen }
  }

  it('is clear to the run, and to the run of a re-run', async () => {
    const { manager, seen } = backup()
    const { task } = await manager.create('BACKUP', args)
    await manager.waitFor(task.id)
    const { task: again } = await manager.rerun(task.id)
    expect(again.args).to.deep.equal(shown)
    await manager.waitFor(again.id)
    expect(seen).to.deep.equal([args, args, args, args])
  })

  it('costs nothing where there is none, however long the arguments are', async () => {
    const { manager } = backup()
    const { events } = collectEvents(manager)
    const { task } = await manager.create('BACKUP', { host: 'db1', login: { user: 'ann' } })
    await manager.waitFor(task.id)
    expect(task.secrets).to.equal(undefined)
    // Nothing was copied to show it.
    for (const event of events) expect(event.task.args).to.equal(task.args)
  })

  it('is redacted wherever the task is shown', async () => {
    const { manager } = backup()
    const { events } = collectEvents(manager)
    const { task } = await manager.create('BACKUP', args, { autoStart: false })
    const [many] = await manager.createMany([{ operation: 'BACKUP', args }])
    const tasks = [
      task,
      'task' in many! ? many.task : undefined,
      await manager.get(task.id),
      await manager.update(task.id, { priority: 1 }),
      await manager.cancel(task.id),
      await manager.waitFor(task.id),
      ...(await manager.list()).items,
    ]
    for (const one of tasks) expect(one?.args).to.deep.equal(shown)
    await manager.delete(task.id)
    expect(new Set(events.map(({ type }) => type))).to.deep.equal(new Set(['created', 'updated', 'deleted']))
    expect(JSON.stringify([tasks, events])).not.to.contain('top-secret')
  })

  it('is not found by a search, though the rest of the arguments is', async () => {
    const { manager } = backup()
    await manager.create('BACKUP', args)
    expect(await manager.count({ text: 'top-secret' })).to.equal(0)
    expect(await manager.count({ text: 'db1' })).to.equal(1)
  })

  it('is not taken from what is shown in its place', async () => {
    const { manager } = backup()
    const error = await refusal('invalid-arguments', manager.create('BACKUP', { ...shown, host: 77 }))
    expect(error.faults.map(({ path }) => path)).to.deep.equal(['/token', '/login/password', '/host'])
    expect(error.message).to.contain('/token must be given anew')
    const { task: harmless } = await manager.create('BACKUP', { host: '[redacted]', token: 'not [redacted]' })
    expect(harmless.args).to.deep.equal({ host: '[redacted]', token: '[redacted]' })
  })

  it('is not repeated in the fault that refuses it, nor is any other value of that operation', async () => {
    const { manager } = backup()
    const error = await refusal('invalid-arguments', manager.create('BACKUP', { token: 'xy', host: 77 }))
    expect(error.faults.map(({ path }) => path)).to.have.members(['/token', '/host'])
    expect(error.message).not.to.match(/xy|77/)
  })
})
