import type { Task, TaskPage, TaskQuery } from '../../src/index.ts'

/** All tasks that there are, page by page, by id. */
export async function allTasks(list: (query: TaskQuery) => Promise<TaskPage>): Promise<Map<string, Task>> {
  const tasks = new Map<string, Task>()
  let cursor: string | undefined
  do {
    const page = await list({ sort: 'id', limit: 1_000, ...(cursor === undefined ? {} : { cursor }) })
    for (const task of page.items) tasks.set(task.id, task)
    cursor = page.cursor
  } while (cursor !== undefined)
  return tasks
}
