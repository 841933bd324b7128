import type { TaskEvent } from '../../core/events.ts'
import { canBecome, isEnded } from '../../core/states.ts'
import type { Task } from '../../core/task.ts'
import { firstUnfrozen } from './freeze.ts'

/**
 * Watches every event of a case for what must hold whatever the case is about: a task is told of as created first,
 * its states follow the table, its versions grow, nothing of an ended task changes, and snapshots are frozen.
 */
export class Witness {
  readonly #last = new Map<string, TaskEvent>()
  readonly faults: string[] = []
  /** Nobody else changes anything, so it is told of each step. */
  alone = true
  readonly #fromTheStart: boolean

  /** @param fromTheStart whether it sees every task's creation */
  constructor(fromTheStart: boolean) {
    this.#fromTheStart = fromTheStart
  }

  see(events: readonly TaskEvent[]): void {
    if (events.length === 0) this.faults.push('changed() was called without events')
    for (const event of events) this.#look(event)
  }

  /** The last that was told of each task. */
  get last(): ReadonlyMap<string, TaskEvent> {
    return this.#last
  }

  #look(event: TaskEvent): void {
    const { task, type } = event
    const before = this.#last.get(task.id)
    this.#last.set(task.id, event)
    const fault = (text: string): void =>
      void this.faults.push(`${type} event of ${task.id}, version ${task.version}: ${text}`)
    const open = firstUnfrozen(task)
    if (open !== undefined) fault(`its snapshot is not frozen at ${open}`)
    if (before === undefined) {
      if (type !== 'created' && this.#fromTheStart && this.alone) fault('it was not told of as created')
      return
    }
    if (type === 'created') fault('it was created before')
    if (before.type === 'deleted') fault('it was deleted before')
    if (type === 'deleted') {
      if (task.version < before.task.version)
        fault(`it is older than version ${before.task.version}, told before`)
      return
    }
    if (task.version <= before.task.version)
      fault(`its version does not grow (it was ${before.task.version})`)
    if (isEnded(before.task.state)) fault(`it had ended as ${before.task.state}`)
    if (this.alone && task.state !== before.task.state && !canBecome(before.task.state, task.state)) {
      fault(`it went from ${before.task.state} to ${task.state}`)
    }
  }
}

/**
 * What of a task has to be the same wherever the same version is seen. Why it does not move depends on other tasks too,
 * and what is undefined is as good as absent.
 */
export function essence(task: Task): object {
  const { waitingFor: _, ...fields } = task
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(given), messages: [...task.messages] }
}
