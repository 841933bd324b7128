import { MajordomoError, messageOf } from '../../core/errors.ts'

/** Primary result codes of SQLite that are about the file and not about what was asked of it. */
const FULL = 13
const BUSY = 5
const NOT_A_DATABASE = 26
const CORRUPT = 11
const READ_ONLY = 8
const OUT_OF_REACH: ReadonlySet<number> = new Set([
  3, // no permission
  BUSY,
  6, // locked
  7, // out of memory
  READ_ONLY,
  10, // input or output
  CORRUPT,
  14, // cannot be opened
  15, // locking protocol
  22, // needs large files
  NOT_A_DATABASE,
])

/** The primary result code of an error that SQLite threw. */
export function resultCode(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('errcode' in thrown)) return undefined
  const { errcode } = thrown
  return typeof errcode === 'number' ? errcode & 0xff : undefined
}

export const isBusy = (thrown: unknown): boolean => resultCode(thrown) === BUSY

/** True where the file is at fault, so that trying the same again one by one would not help. */
export function isStoreFault(thrown: unknown): boolean {
  const code = resultCode(thrown)
  return code === FULL || (code !== undefined && OUT_OF_REACH.has(code))
}

/** What a caller is told of whatever was thrown. */
export function told(thrown: unknown, file: string): unknown {
  const code = resultCode(thrown)
  if (code === undefined) return thrown
  if (code === FULL)
    return new MajordomoError('storage-full', `there is no room left for ${file}; nothing was changed`, {
      cause: thrown,
    })
  if (!OUT_OF_REACH.has(code)) return thrown
  return new MajordomoError('engine-unavailable', `${file} ${ailment(code)}: ${messageOf(thrown)}`, {
    cause: thrown,
  })
}

function ailment(code: number): string {
  if (code === NOT_A_DATABASE) return 'is not a SQLite database'
  if (code === CORRUPT) return 'is damaged'
  if (code === READ_ONLY) return 'cannot be written'
  return 'cannot be used'
}
