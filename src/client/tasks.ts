import type { Connection } from './connection.ts'
import { unwrap } from './problem.ts'
import type { CallOptions, Task, TaskQuery } from './types.ts'

/** Every task that fits, page by page as the caller reads; tasks that come and go meanwhile are neither skipped nor repeated. */
export async function* listedTasks(
  { raw }: Connection,
  { signal, ...query }: TaskQuery & CallOptions,
): AsyncGenerator<Task> {
  let cursor: string | undefined
  do {
    const page = unwrap(
      await raw.GET('/tasks', {
        params: { query: { ...query, ...(cursor !== undefined && { cursor }) } },
        ...(signal && { signal }),
      }),
    )
    yield* page.items
    cursor = page.cursor
  } while (cursor !== undefined)
}
