import type { TaskOps } from '../../../core/animator.ts'
import { invalidOption } from '../../../core/errors.ts'

/** Where a process can tell of itself. */
export interface Inside {
  /** Base URL of the API, without a slash at its end. */
  readonly url: string | undefined
  /** Path of the file that is read for its progress. */
  readonly progressFile: string
}

/**
 * What a process finds in its environment to tell of itself: through a file, or, where the host says where its API is, by
 * `POST` with the token, which is good for this run of this task alone.
 */
export function insideEnvironment(
  ops: Pick<TaskOps<unknown>, 'id' | 'token'>,
  { url, progressFile }: Inside,
): Record<string, string> {
  return {
    MAJORDOMO_TASK_ID: ops.id,
    MAJORDOMO_TOKEN: ops.token(),
    MAJORDOMO_PROGRESS_FILE: progressFile,
    ...(url === undefined
      ? {}
      : {
          MAJORDOMO_URL: url,
          MAJORDOMO_PROGRESS_URL: `${url}/tasks/${encodeURIComponent(ops.id)}/progress`,
        }),
  }
}

/**
 * A base URL, without slashes at its end.
 * @throws {MajordomoError} `invalid-option` naming the field
 */
export function baseUrlIn(value: unknown, field: string): string | undefined {
  if (value === undefined) return undefined
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '')
    return url.href.replace(/\/+$/, '')
  throw invalidOption(field, `a URL such as 'http://127.0.0.1:3000/housekeeping'`, value)
}
