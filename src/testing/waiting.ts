import { MajordomoError } from '../core/errors.ts'
import type { TaskEvent } from '../core/events.ts'
import type { TaskManager } from '../core/manager.ts'
import { isEnded, type TaskState } from '../core/states.ts'
import type { Task } from '../core/task.ts'

/** The part of a manager that tells what happens. */
export type Observable = Pick<TaskManager, 'subscribe'>

/**
 * The next event that `wanted` accepts; any event by default. Call it before what causes the event:
 * `const created = nextEvent(manager); await manager.create(…); await created`.
 */
export function nextEvent(
  manager: Observable,
  wanted: (event: TaskEvent) => boolean = () => true,
): Promise<TaskEvent> {
  const watch = watched(manager, wanted)
  return watch.first.finally(watch.stop)
}

/**
 * The task as it was when it reached one of the states; as it is when it is in one already.
 * @throws when it ends in another state, or is gone, because then the wait would have no end
 */
export async function waitForState(
  manager: Observable & Pick<TaskManager, 'get'>,
  id: string,
  ...states: readonly [TaskState, ...TaskState[]]
): Promise<Task> {
  const inVain = (event: TaskEvent): boolean => event.type === 'deleted' || isEnded(event.task.state)
  const wanted = (event: TaskEvent): boolean =>
    event.task.id === id && (states.includes(event.task.state) || inVain(event))
  const watch = watched(manager, wanted)
  try {
    const task = await manager.get(id)
    const event = wanted({ type: 'updated', task }) ? ({ type: 'updated', task } as const) : await watch.first
    if (states.includes(event.task.state)) return event.task
    if (event.type === 'deleted')
      throw new MajordomoError(
        'task-not-found',
        `task ${id} was deleted before it was ${states.join(' or ')}`,
      )
    const why = event.task.reason === undefined ? '' : ` (${event.task.reason.message})`
    throw new MajordomoError(
      'task-ended',
      `task ${id} ended as ${event.task.state}${why}, and never was ${states.join(' or ')}`,
    )
  } finally {
    watch.stop()
  }
}

/** What {@link collectEvents} answers. */
export interface EventCollection {
  /** All events so far, oldest first. */
  readonly events: readonly TaskEvent[]
  /** The states that the task went through so far. */
  states(id: string): TaskState[]
  /** Ends the collection. */
  stop(): void
}

/** Collects the events of a manager from now on. */
export function collectEvents(manager: Observable): EventCollection {
  const events: TaskEvent[] = []
  const stop = manager.subscribe((more) => events.push(...more))
  return { events, stop, states: (id) => statesOf(events.filter((event) => event.task.id === id)) }
}

function statesOf(events: readonly TaskEvent[]): TaskState[] {
  const states = events.map((event) => event.task.state)
  return states.filter((state, i) => state !== states[i - 1])
}

function watched(
  manager: Observable,
  wanted: (event: TaskEvent) => boolean,
): { first: Promise<TaskEvent>; stop: () => void } {
  let stop = (): void => {}
  const first = new Promise<TaskEvent>((resolve, reject) => {
    stop = manager.subscribe((events) => {
      try {
        const found = events.find(wanted)
        if (found !== undefined) resolve(found)
      } catch (error) {
        reject(error)
      }
    })
  })
  return { first, stop }
}
