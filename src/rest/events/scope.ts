import { subjectId } from '../../core/manager.ts'
import { visibility, type Rights } from '../access.ts'
import type { Frame } from './frame.ts'

/** What a reader sees: tasks of these operations, or, with `own`, those of them that `owner` created. */
export interface Scope {
  readonly all: ReadonlySet<string> | 'every'
  readonly own: ReadonlySet<string>
  readonly owner: string | undefined
  /** The same for readers that see the same. */
  readonly key: string
}

/** @param asked the operations that the reader wants; all that it may see by default */
export async function scopeOf(
  rights: Rights,
  known: Iterable<string>,
  asked: ReadonlySet<string> | undefined,
): Promise<Scope> {
  const wanted = asked ?? known
  const visible = await visibility(rights, wanted)
  if (visible === undefined && asked === undefined) return scope('every', [], undefined)
  if (visible === undefined) return scope([...wanted], [], undefined)
  return scope(visible.all, visible.own, subjectId(rights.subject))
}

function scope(all: readonly string[] | 'every', own: readonly string[], owner: string | undefined): Scope {
  const key = JSON.stringify([
    all === 'every' ? all : [...all].sort(),
    [...own].sort(),
    own.length > 0 ? owner : null,
  ])
  return { all: all === 'every' ? all : new Set(all), own: new Set(own), owner, key }
}

export function sees({ all, own, owner }: Scope, { operation, createdBy }: Frame): boolean {
  if (all === 'every' || all.has(operation)) return true
  return owner !== undefined && createdBy === owner && own.has(operation)
}
