import { MajordomoError } from '../core/errors.ts'

/** The error as Majordomo tells it, where it says that there is no room left; any other as it is. */
export function roomError(error: unknown): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error
  return new MajordomoError('storage-full', 'there is no room left for files; nothing was changed', {
    cause: error,
  })
}
