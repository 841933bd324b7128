import { MajordomoError } from '../core/errors.ts'

/** Where users see what processes printed. */
export const RECORDS = '.majordomo'

const LONGEST_NAME = 255
const LONGEST_PATH = 1024
const DEEPEST = 32

/** Whether files can be kept for a task of this id: the name of a folder that means the same everywhere. */
export function isTaskId(name: string): boolean {
  return /^[0-9a-z-]{1,64}$/i.test(name)
}

/** The names in a path of a working directory, outermost first; undefined for a path that leads to nothing there. */
export function namesIn(path: string): string[] | undefined {
  const names = path.split('/')
  const fit = names.every((name) => name !== '' && name !== '.' && name !== '..' && !name.includes('\0'))
  if (!fit || (process.platform === 'win32' && /[\\:]/.test(path))) return undefined
  return names
}

/**
 * The names in the path of a file that is uploaded. Stricter than those of files that are there: they have to mean the same
 * on every system, in a shell and in a list.
 * @throws {MajordomoError} `invalid-request` naming the file
 */
export function uploadNames(path: string): string[] {
  const fault = typeof path === 'string' ? faultOf(path) : 'must be a text'
  if (fault !== undefined) throw refusedName(path, fault)
  return path.split('/')
}

export function refusedName(path: string, fault: string): MajordomoError {
  const place = `files/${path}`
  return new MajordomoError('invalid-request', `${place} ${fault}`, {
    faults: [{ path: place, message: fault }],
  })
}

function faultOf(path: string): string | undefined {
  if (path === '') return 'must have a name'
  if (Buffer.byteLength(path) > LONGEST_PATH) return `must be at most ${LONGEST_PATH} bytes long`
  if (/\p{Surrogate}/u.test(path)) return 'must be Unicode text'
  // oxlint-disable-next-line no-control-regex -- it is those that are refused
  if (/[\u0000-\u001f\u007f-\u009f\\]/.test(path)) return 'may not have control characters or backslashes'
  const names = path.split('/')
  if (names.length > DEEPEST) return `may not lie in more than ${DEEPEST - 1} folders`
  for (const name of names) {
    if (name === '') return 'must be relative, with one / between its parts'
    if (name === '.' || name === '..') return 'may not have the parts . and ..'
    if (Buffer.byteLength(name) > LONGEST_NAME) return `may not have parts of more than ${LONGEST_NAME} bytes`
  }
  // Some file systems take one for the other.
  if (names[0]!.toLowerCase() === RECORDS) return `may not lie in ${RECORDS}, where records are shown`
  return undefined
}

/** Order of paths by their names one by one: a folder before what lies in it, and that before its neighbours. */
export function compareNames(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a[i]! !== b[i]!) return a[i]! < b[i]! ? -1 : 1
  }
  return a.length - b.length
}
