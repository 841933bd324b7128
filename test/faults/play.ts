import type { Task } from '../../src/index.ts'
import { allTasks } from './pages.ts'
import { eventually } from './patience.ts'
import { PATIENCE, type Scene } from './scene.ts'

const TASKS = ['STEP', 'FLAKY', 'PARENT', 'ASK', 'LONG'] as const
const SCHEDULE = { operation: 'TICK', cron: '* * * * * *', overlap: 'allow', missed: 'once' } as const

/** A little of all that a manager does with its engine. Answers what is wrong at the end, in words. */
export async function play(scene: Scene): Promise<string[]> {
  const ids = await Promise.all(TASKS.map((operation) => create(scene, operation)))
  const [step, flaky, parent, ask, long] = ids as [string, string, string, string, string]
  await Promise.all([
    scene.ended('STEP', step),
    scene.ended('FLAKY', flaky),
    scene.ended('PARENT', parent),
    answered(scene, ask),
    canceled(scene, long),
    ticked(scene),
  ])
  await allEnded(scene)
  const faults = await audit(scene, step)
  await scene.end()
  return faults
}

async function create(scene: Scene, operation: string): Promise<string> {
  const result = await scene.insist((manager) => manager.create(operation, {}, { idempotencyKey: operation }))
  return result!.task.id
}

/** A run that dies while it waits asks again, so it is answered until it has ended. */
async function answered(scene: Scene, id: string): Promise<void> {
  await scene.until('ASK has ended', id, ({ state, waitingFor }) => {
    if (state === 'WAITING' && waitingFor === 'action')
      void scene.insist((manager) => manager.update(id, { state: 'ACTIVE' }), 'wrong-state', 'task-ended')
    return state === 'SUCCEEDED'
  })
}

async function canceled(scene: Scene, id: string): Promise<void> {
  await scene.until('LONG runs', id, ({ state }) => state === 'ACTIVE')
  await scene.insist((manager) => manager.cancel(id), 'task-ended')
  await scene.ended('LONG', id)
}

async function ticked(scene: Scene): Promise<void> {
  await scene.insist((manager) => manager.setSchedule('tick', SCHEDULE))
  await eventually(PATIENCE, 'the schedule fires', async () => {
    const schedule = await scene.insist((manager) => manager.getSchedule('tick'))
    return schedule!.fired > 0 ? true : undefined
  })
  await scene.insist((manager) => manager.setSchedule('tick', { ...SCHEDULE, paused: true }))
}

async function allEnded(scene: Scene): Promise<void> {
  await eventually(PATIENCE, 'all has ended', async () => {
    const left = await scene.insist((manager) => manager.count({ state: ['NEW', 'ACTIVE', 'WAITING'] }))
    return left === 0 ? true : undefined
  })
}

async function audit(scene: Scene, step: string): Promise<string[]> {
  const tasks = await scene.insist((manager) => allTasks((query) => manager.list(query)))
  const all = [...tasks!.values()]
  const schedule = (await scene.insist((manager) => manager.getSchedule('tick')))!
  const lines = (await scene.insist((manager) => manager.output(step, { stream: 'log' })))!
  const items = (await scene.insist((manager) => manager.output(step, { stream: 'items' })))!
  const of = (operation: string) => all.filter((task) => task.operation === operation)
  const faults = all.flatMap((task) => endFaults(task, scene))
  for (const operation of [...TASKS, 'CHILD'])
    if (of(operation).length !== 1) faults.push(`there are ${of(operation).length} tasks of ${operation}`)
  for (const operation of ['STEP', 'FLAKY', 'PARENT', 'CHILD', 'ASK', 'TICK'])
    if (!scene.done.has(operation)) faults.push(`${operation} was not done`)
  if (of('TICK').length !== schedule.fired)
    faults.push(`${schedule.fired} ticks fired, and made ${of('TICK').length} tasks`)
  const { attempt } = of('STEP')[0]!
  if (!lines.items.some((line) => line.attempt === attempt)) faults.push('the last run of STEP has no output')
  if (!items.items.some((item) => item.data === attempt)) faults.push('the last run of STEP has no item')
  return faults
}

function endFaults({ id, operation, state, reason }: Task, { ends }: Scene): string[] {
  const expected = operation === 'LONG' ? 'CANCELED' : 'SUCCEEDED'
  const faults = state === expected ? [] : [`${operation} is ${state}: ${reason?.message ?? 'no reason'}`]
  const times = ends.get(id) ?? 0
  // Whoever died in between was not told.
  return times > 1 ? [...faults, `${operation} was told of as ended ${times} times`] : faults
}
