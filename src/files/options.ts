import { isAbsolute, resolve } from 'node:path'
import { milliseconds, type Duration } from '../core/duration.ts'
import { invalidOption } from '../core/errors.ts'
import { known } from '../core/options.ts'

export interface FilesOptions {
  /**
   * How long files may lie that were uploaded for a task which was never created, because its creator or this process
   * went away; they are removed when a store is opened. `'1d'` by default, and at least a minute.
   */
  readonly uploadsFor?: Duration
}

/** The same, complete. */
export interface FilesSettings {
  readonly root: string
  /** ms */
  readonly uploadsFor: number
}

const NAMES = ['uploadsFor']

/** @throws {MajordomoError} `invalid-option` naming the field */
export function filesSettings(root: string, options: FilesOptions): FilesSettings {
  if (typeof root !== 'string' || !isAbsolute(root) || root.includes('\0'))
    throw invalidOption('root', 'the absolute path of a folder', root)
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options)
  known(options, NAMES, '')
  const uploadsFor = milliseconds(options.uploadsFor ?? '1d', 'uploadsFor')
  if (uploadsFor < 60_000) throw invalidOption('uploadsFor', 'at least a minute', options.uploadsFor)
  return Object.freeze({ root: resolve(root), uploadsFor })
}
