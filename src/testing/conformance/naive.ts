import type { TaskFilter, TaskSort } from '../../core/query.ts'
import { isEnded } from '../../core/states.ts'
import type { Task } from '../../core/task.ts'

/** What the filter means, task by task, without any index. Text is looked for where the property cases put it. */
export function fits(task: Task, filter: TaskFilter): boolean {
  const {
    operation,
    state,
    tag = [],
    parentId,
    createdSince = -Infinity,
    createdUntil = Infinity,
    text,
    visible,
  } = filter
  return (
    (operation === undefined || operation.includes(task.operation)) &&
    (state === undefined || state.includes(task.state)) &&
    tag.every((each) => task.tags.includes(each)) &&
    (parentId === undefined || task.parentId === parentId) &&
    task.createdAt >= createdSince &&
    task.createdAt < createdUntil &&
    (text === undefined || JSON.stringify(task.args).toLowerCase().includes(text.toLowerCase())) &&
    (visible === undefined || sees(task, visible))
  )
}

function sees(
  { operation, createdBy }: Task,
  { all, own, owner }: NonNullable<TaskFilter['visible']>,
): boolean {
  return all.includes(operation) || (own.includes(operation) && owner !== undefined && createdBy === owner)
}

/** The tasks that a list with this sort may show. */
export function listed(tasks: readonly Task[], filter: TaskFilter, sort: TaskSort): Task[] {
  return tasks.filter((task) => fits(task, filter) && (!sort.endsWith('endedAt') || isEnded(task.state)))
}

/** Whether the tasks are in the order that the sort asks for; those of the same moment may be in any. */
export function inOrder(tasks: readonly Task[], sort: TaskSort): boolean {
  const field = sort.replace('-', '') as 'createdAt' | 'endedAt' | 'id'
  const direction = sort.startsWith('-') ? -1 : 1
  return tasks.every((task, i) => i === 0 || direction * compared(tasks[i - 1]![field]!, task[field]!) <= 0)
}

function compared(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
