import { expect } from 'chai'
import { InvalidArguments, Superseded, type TaskOps } from '../../src/index.ts'
import { collectEvents, settled, waitForState } from '../../src/testing/index.ts'
import { useManagers } from './managers.ts'
import { door, refusal } from './promises.ts'

describe('Changing a task from outside', () => {
  const make = useManagers()

  function working(run: (ops: TaskOps) => unknown = () => 'ran') {
    const made = make()
    made.manager.register('WORK', { run })
    return made
  }

  it('starts one that waits to be started', async () => {
    const { manager } = working()
    const { task } = await manager.create('WORK', {}, { autoStart: false })
    await settled()
    expect(await manager.get(task.id)).to.include({ state: 'NEW', waitingFor: 'start' })
    const started = await manager.update(task.id, { state: 'ACTIVE' }, { subject: 'ann' })
    expect(started).to.include({ state: 'NEW', waitingFor: 'slot', version: 2 })
    const ended = await manager.waitFor(task.id)
    expect(ended).to.include({ state: 'SUCCEEDED', result: 'ran' })
    expect(ended.messages.map(({ text }) => text)).to.include('started by ann')
  })

  it('ends one that has not run, in each of the ended states', async () => {
    const { manager } = working()
    for (const state of ['SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED'] as const) {
      const { task } = await manager.create('WORK', {}, { autoStart: false })
      const change = { state, message: 'done by hand', result: { by: 'hand' } }
      const ended = await manager.update(task.id, change, { subject: { id: 'ann' } })
      expect(ended).to.deep.include({
        state,
        attempt: 0,
        result: { by: 'hand' },
        reason: { code: 'set-from-outside', message: 'done by hand', by: 'ann' },
      })
    }
  })

  it('supersedes a run: its signal says so, and its result is refused', async () => {
    const left = door<TaskOps>()
    const stopped = door<unknown>()
    const { manager } = working(async (ops) => {
      left.open(ops)
      ops.signal.addEventListener('abort', () => stopped.open(ops.signal.reason))
      await stopped.opened
      ops.setProgress({ percent: 99 })
      return 'too late'
    })
    const { events } = collectEvents(manager)
    const { task } = await manager.create('WORK')
    await left.opened
    await manager.update(task.id, { state: 'SKIPPED', message: 'not needed' }, { subject: 'ann' })
    const reason = await stopped.opened
    expect(reason).to.be.instanceOf(Superseded)
    expect(reason).to.include({ code: 'superseded', message: 'not needed', by: 'ann' })
    await settled()
    const ended = await manager.get(task.id)
    expect(ended).to.include({ state: 'SKIPPED' })
    expect([ended.result, ended.progress]).to.deep.equal([undefined, undefined])
    expect(events.at(-1)!.task).to.include({ state: 'SKIPPED' })
    expect(manager.status()).to.include({ running: 0 })
  })

  it('goes by the version, if one is given', async () => {
    const { manager } = working()
    const { task } = await manager.create('WORK', {}, { autoStart: false })
    const changed = await manager.update(task.id, { priority: 5 }, { ifVersion: 1 })
    expect(changed).to.include({ priority: 5, version: 2 })
    const error = await refusal(
      'version-mismatch',
      manager.update(task.id, { priority: 6 }, { ifVersion: 1 }),
    )
    expect(error.message).to.contain('version 2')
  })

  it('to what it is already changes nothing', async () => {
    const { manager } = working()
    const { task } = await manager.create('WORK', {}, { autoStart: false, priority: 3 })
    expect(await manager.update(task.id, { priority: 3 })).to.include({ version: 1 })
    expect(await manager.update(task.id, {})).to.include({ version: 1 })
  })

  it('is refused where the table of states has no such way', async () => {
    const { manager } = working((ops) => ops.waitFor('resource', new Promise(() => {})))
    const { task } = await manager.create('WORK')
    const { task: late } = await manager.create('WORK', {}, { delay: '1h' })
    await waitForState(manager, task.id, 'WAITING')
    const wrong = await refusal('wrong-state', manager.update(task.id, { state: 'ACTIVE' }))
    expect(wrong.message).to.contain('WAITING (waiting for resource)')
    await refusal('wrong-state', manager.update(late.id, { state: 'ACTIVE' }))
    await manager.update(late.id, { state: 'SKIPPED' })
    await refusal('task-ended', manager.update(late.id, { state: 'FAILED' }))
    await refusal('task-ended', manager.update(late.id, { priority: 1 }))
    await refusal('task-not-found', manager.update('nobody', { priority: 1 }))
  })

  it('is refused with the place of what does not fit', async () => {
    const { manager } = working()
    const { task } = await manager.create('WORK', {}, { autoStart: false })
    const cases: [object, string][] = [
      [{ state: 'NEW' }, '"state"'],
      [{ state: 'WAITING' }, '"state"'],
      [{ priority: 'high' }, '"priority"'],
      [{ message: 'why' }, '"message"'],
      [{ state: 'ACTIVE', result: 1 }, '"result"'],
      [{ prioritty: 1 }, 'did you mean "priority"?'],
    ]
    for (const [patch, text] of cases)
      expect((await refusal('invalid-option', manager.update(task.id, patch))).message).to.contain(text)
    await refusal('invalid-arguments', manager.update(task.id, { state: 'FAILED', result: () => 1 }))
    expect(await manager.get(task.id)).to.include({ version: 1 })
  })
})

describe('Deleting a task', () => {
  const make = useManagers()

  it('forgets an ended one, and tells of it', async () => {
    const { manager } = make()
    manager.register('WORK', { run: () => {} })
    const { task } = await manager.create('WORK')
    await manager.waitFor(task.id)
    const { events } = collectEvents(manager)
    await manager.delete(task.id)
    expect(events.map(({ type }) => type)).to.deep.equal(['deleted'])
    for (const call of [
      manager.get(task.id),
      manager.delete(task.id),
      manager.cancel(task.id),
      manager.rerun(task.id),
    ])
      await refusal('task-not-found', call)
    await refusal('task-not-found', manager.output(task.id, { stream: 'log' }))
    await refusal('task-not-found', manager.waitFor(task.id))
    await refusal('task-not-found', manager.follow(task.id, { stream: 'log' }).next())
  })

  it('is refused for an unfinished one, unless forced: then it is CANCELED first', async () => {
    const { manager } = make()
    const reason = door<unknown>()
    manager.register('WORK', {
      async run({ signal }) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        reason.open(signal.reason)
      },
    })
    const { task } = await manager.create('WORK')
    await waitForState(manager, task.id, 'ACTIVE')
    await settled()
    await refusal('task-unfinished', manager.delete(task.id))
    const { events } = collectEvents(manager)
    await manager.delete(task.id, { force: true, reason: 'in the way', subject: 'ann' })
    expect(await reason.opened).to.be.instanceOf(Superseded)
    expect(events.map(({ type, task: { state } }) => `${type} ${state}`)).to.deep.equal([
      'updated CANCELED',
      'deleted CANCELED',
    ])
    expect(events[0]!.task.reason).to.deep.include({ message: 'in the way', by: 'ann' })
    await refusal('task-not-found', manager.get(task.id))
  })

  it('takes its descendants with it, and waits for none of them when forced', async () => {
    const { manager } = make()
    manager.register('WORK', { run: () => {} })
    const { task: root } = await manager.create('WORK')
    const { task: child } = await manager.create('WORK', {}, { parentId: root.id, autoStart: false })
    const { task: grandchild } = await manager.create('WORK', {}, { parentId: child.id, autoStart: false })
    await manager.waitFor(root.id)
    await refusal('task-unfinished', manager.delete(root.id))
    await manager.delete(root.id, { force: true })
    for (const { id } of [root, child, grandchild]) await refusal('task-not-found', manager.get(id))
    expect(await manager.count()).to.equal(0)
  })
})

describe('Running a task again', () => {
  const make = useManagers()

  it('makes a new task of the same arguments and options, that tells where it comes from', async () => {
    const { manager } = make()
    let runs = 0
    manager.register('WORK', { run: ({ args }) => ({ ...args, run: ++runs }) })
    const options = { priority: 4, tags: ['a'], subject: 'ann' }
    const { task } = await manager.create('WORK', { n: 1 }, options)
    await manager.waitFor(task.id)
    const { task: again, duplicate } = await manager.rerun(task.id, { subject: 'bob' })
    expect(duplicate).to.equal(false)
    expect(again).to.deep.include({
      rerunOf: task.id,
      args: { n: 1 },
      priority: 4,
      tags: ['a'],
      createdBy: 'bob',
    })
    expect(again.id).not.to.equal(task.id)
    expect((await manager.waitFor(again.id)).result).to.deep.equal({ n: 1, run: 2 })
    expect((await manager.get(task.id)).result).to.deep.equal({ n: 1, run: 1 })
  })

  it('is refused for one that is not ended, or not there', async () => {
    const { manager } = make()
    manager.register('WORK', { run: () => {} })
    const { task } = await manager.create('WORK', {}, { autoStart: false })
    await refusal('task-unfinished', manager.rerun(task.id))
    await refusal('task-not-found', manager.rerun('nobody'))
  })

  it('in a tree takes over the place of its sibling', async () => {
    const { manager } = make()
    manager.register('WORK', { run: () => {} })
    const { task: parent } = await manager.create('WORK', {}, { autoStart: false })
    const child = { parentId: parent.id, name: 'step' }
    const { task: first } = await manager.create('WORK', {}, child)
    await manager.waitFor(first.id)
    const { task: again } = await manager.rerun(first.id)
    expect(again).to.include({ parentId: parent.id, name: 'step' })
    const { task: found, duplicate } = await manager.create('WORK', {}, child)
    expect([found.id, duplicate]).to.deep.equal([again.id, true])
  })

  it('may be done again and again, each time as a new task', async () => {
    const { manager } = make()
    manager.register('WORK', { run: () => {} })
    const { task: parent } = await manager.create('WORK', {}, { autoStart: false })
    const { task: first } = await manager.create('WORK', {}, { parentId: parent.id, name: 'step' })
    await manager.waitFor(first.id)
    const { task: second } = await manager.rerun(first.id)
    await manager.waitFor(second.id)
    const { task: third, duplicate } = await manager.rerun(first.id)
    expect(duplicate).to.equal(false)
    expect(third.id).not.to.equal(second.id)
  })

  it('asks the animator again whether this subject may', async () => {
    const { manager } = make()
    manager.register('WORK', {
      validate(_, { subject }) {
        if (subject !== 'admin') throw new InvalidArguments('only for the admin')
      },
      run: () => {},
    })
    const { task } = await manager.create('WORK', {}, { subject: 'admin' })
    await manager.waitFor(task.id)
    await refusal('invalid-arguments', manager.rerun(task.id, { subject: 'bob' }))
    await manager.rerun(task.id, { subject: 'admin' })
  })

  it('tells of the unfinished task with the same dedupKey', async () => {
    const { manager } = make()
    manager.register('WORK', { run: () => {} })
    const { task } = await manager.create('WORK', {}, { dedupKey: 'k' })
    await manager.waitFor(task.id)
    const { task: other } = await manager.create('WORK', {}, { dedupKey: 'k', autoStart: false })
    const { task: answered, duplicate } = await manager.rerun(task.id)
    expect([answered.id, duplicate]).to.deep.equal([other.id, true])
  })

  it('is not held back by what only its first start needed', async () => {
    const { manager, clock } = make()
    manager.register('WORK', { run: () => 'ran' })
    const { task } = await manager.create('WORK', {}, { delay: '1h' })
    await clock.advance('1h')
    await manager.waitFor(task.id)
    const { task: again } = await manager.rerun(task.id)
    expect((await manager.waitFor(again.id)).result).to.equal('ran')
  })
})
