import { expect } from 'chai'
import * as fc from 'fast-check'
import { Manager, MajordomoError, type TaskEvent, type TaskOps } from '../../src/index.ts'
import { canBecome, isEnded } from '../../src/core/states.ts'
import { FakeClock, settled } from '../../src/testing/index.ts'
import { closeNow } from './managers.ts'
import { never } from './promises.ts'

const untilAborted = ({ signal }: TaskOps): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

/** What the runs of the property do: all that can be done well, and badly. */
const animators: Record<string, (ops: TaskOps) => unknown> = {
  succeeds: () => 'ok',
  fails: () => Promise.reject(new Error('no')),
  stops: untilAborted,
  swallows: (ops) => untilAborted(ops).catch(() => 'swallowed'),
  waits: (ops) => ops.waitFor('action'),
  ignores: () => never,
  sets: (ops) => ops.setState('SKIPPED'),
  pauses: async (ops) => {
    ops.setState('WAITING', { waitingFor: 'action' })
    await settled()
    ops.setState('ACTIVE')
    ops.setProgress({ percent: 50 })
  },
}

const which = fc.nat(30)
const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('create' as const),
        operation: fc.constantFrom(...Object.keys(animators)),
        options: fc.record(
          {
            delay: fc.nat(5_000),
            priority: fc.integer({ min: -5, max: 5 }),
            autoStart: fc.boolean(),
            ttl: fc.integer({ min: 1, max: 20_000 }),
            dedupKey: fc.constantFrom('a', 'b'),
            concurrencyKey: fc.constantFrom('x', 'y'),
          },
          { requiredKeys: [] },
        ),
        after: fc.option(which, { freq: 3, nil: undefined }),
        child: fc.option(which, { freq: 3, nil: undefined }),
      }),
    },
    fc.record({ do: fc.constant('cancel' as const), which }),
    fc.record({ do: fc.constant('rerun' as const), which }),
    fc.record({ do: fc.constant('delete' as const), which, force: fc.boolean() }),
    fc.record({
      do: fc.constant('update' as const),
      which,
      state: fc.constantFrom('ACTIVE' as const, 'SUCCEEDED' as const, 'FAILED' as const, 'SKIPPED' as const),
    }),
    fc.record({
      do: fc.constantFrom('pause' as const, 'resume' as const),
      operation: fc.constantFrom(...Object.keys(animators)),
    }),
    fc.record({ do: fc.constant('advance' as const), ms: fc.nat(20_000) }),
  ),
  { minLength: 1, maxLength: 40, size: 'max' },
)

type Steps = typeof steps extends fc.Arbitrary<infer T> ? T : never

describe('Whatever is done to tasks, and in whatever order', () => {
  it('no task leaves the table of states, and each that was taken has one end when the manager is closed', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (all, lease) => {
        const clock = new FakeClock()
        const manager = new Manager({
          clock,
          concurrency: 3,
          purgeDelay: '10s',
          ...(lease ? { lease: '5s' } : {}),
        })
        for (const [name, run] of Object.entries(animators))
          manager.register(name, {
            cancelGrace: '2s',
            timeout: '30s',
            retry: { limit: 1, backoff: '1s' },
            run,
          })
        const events: TaskEvent[] = []
        manager.subscribe((more) => events.push(...more))
        const accepted = await played(manager, clock, all)
        await closeNow({ manager, clock })
        check(events, accepted)
      }),
      { numRuns: 100 },
    )
  })
})

/** Answers the ids of all that were accepted. */
async function played(manager: Manager, clock: FakeClock, all: Steps): Promise<string[]> {
  const ids: string[] = []
  const at = (place: number): string => ids[place % Math.max(1, ids.length)] ?? 'nobody'
  const one = async (step: Steps[number]): Promise<unknown> => {
    if (step.do === 'create') {
      const { operation, after, child } = step
      const options = {
        ...step.options,
        ...(after === undefined ? {} : { after: [at(after)] }),
        ...(child === undefined ? {} : { parentId: at(child) }),
      }
      return manager.create(operation, {}, options).then(({ task }) => ids.push(task.id))
    }
    if (step.do === 'cancel') return manager.cancel(at(step.which))
    if (step.do === 'rerun') return manager.rerun(at(step.which)).then(({ task }) => ids.push(task.id))
    if (step.do === 'delete') return manager.delete(at(step.which), { force: step.force })
    if (step.do === 'update') return manager.update(at(step.which), { state: step.state })
    if (step.do === 'advance') return clock.advance(step.ms)
    return manager[step.do](step.operation)
  }
  for (const step of all) {
    try {
      await one(step)
    } catch (error) {
      if (!MajordomoError.is(error) || error.code === 'internal') throw error
    }
  }
  return [...new Set(ids)]
}

function check(events: readonly TaskEvent[], accepted: readonly string[]): void {
  const last = new Map<string, TaskEvent>()
  for (const event of events) {
    const { id, state, version } = event.task
    const before = last.get(id)
    last.set(id, event)
    if (before === undefined) {
      expect([event.type, version]).to.deep.equal(['created', 1])
      continue
    }
    const from = before.task
    expect(before.type, `${id} after it was deleted`).not.to.equal('deleted')
    if (event.type === 'deleted') {
      expect([state, version, isEnded(state)]).to.deep.equal([from.state, from.version, true])
      continue
    }
    expect(isEnded(from.state), `${id} changed after its end, from ${from.state} to ${state}`).to.be.false
    if (state !== from.state) expect(canBecome(from.state, state), `${from.state} to ${state}`).to.be.true
    expect(version).to.be.greaterThan(from.version)
    expect(event.task.modifiedAt).to.be.at.least(from.modifiedAt)
    if (isEnded(state)) expect(event.task.reason, 'every end has its reason').not.to.equal(undefined)
  }
  expect([...last.keys()]).to.include.members([...accepted])
  for (const { task } of last.values()) expect(isEnded(task.state), `${task.id} is ${task.state}`).to.be.true
}
