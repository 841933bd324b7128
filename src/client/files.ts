import type { Connection } from './connection.ts'
import { unwrap } from './problem.ts'
import type { CallOptions, FileInfo } from './types.ts'

export interface FilesOptions extends CallOptions {
  /** Only what lies in this folder and below it. */
  readonly folder?: string
}

export interface FileOptions extends CallOptions {
  /** The first and the last byte that are wanted, from 0; without `end`, all from `start` on. The answer is 206 then. */
  readonly range?: { readonly start: number; readonly end?: number }
}

/** All that lies in the task's working directory, page by page as the caller reads. */
export async function* taskFiles(
  { raw }: Connection,
  id: string,
  { folder, signal }: FilesOptions,
): AsyncGenerator<FileInfo> {
  let cursor: string | undefined
  do {
    const query = {
      limit: 1000,
      ...(folder !== undefined && { folder }),
      ...(cursor !== undefined && { cursor }),
    }
    const page = unwrap(
      await raw.GET('/tasks/{id}/files', { params: { path: { id }, query }, ...(signal && { signal }) }),
    )
    yield* page.items
    cursor = page.cursor
  } while (cursor !== undefined)
}

export async function taskFile(
  { raw }: Connection,
  id: string,
  path: string,
  { range, signal }: FileOptions,
): Promise<Response> {
  const answer = await raw.GET('/tasks/{id}/files/{path}', {
    params: {
      path: { id, path },
      header: { ...(range !== undefined && { Range: `bytes=${range.start}-${range.end ?? ''}` }) },
    },
    // As parts of the path: there are proxies that refuse an encoded slash.
    pathSerializer: (url) =>
      url.replace('{id}', () => encodeURIComponent(id)).replace('{path}', () => encoded(path)),
    parseAs: 'stream',
    ...(signal && { signal }),
  })
  unwrap(answer)
  return answer.response
}

export async function taskArchive(
  { raw }: Connection,
  id: string,
  { signal }: CallOptions,
): Promise<Response> {
  const answer = await raw.GET('/tasks/{id}/files.tar.gz', {
    params: { path: { id } },
    parseAs: 'stream',
    ...(signal && { signal }),
  })
  unwrap(answer)
  return answer.response
}

/** A part that is `.` or `..` would be resolved on the way, and lead to something else: it goes as what nobody resolves. */
function encoded(path: string): string {
  const parts = path.split('/')
  const resolves = parts.some((part) => part === '.' || part === '..' || part === '')
  return resolves ? encodeURIComponent(`./${path}`) : parts.map(encodeURIComponent).join('/')
}
