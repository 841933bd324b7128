import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import type { FileInfo } from '../core/files.ts'
import { unlessAbsent, type Folder } from './folder.ts'
import { shownName, type RawName } from './raw-names.ts'

/** What a walk comes by. */
export interface Step {
  readonly info: FileInfo
  /** Permissions, as they are told by the system. */
  readonly mode: number
  readonly name: RawName
  /** The folder that it lies in, open until the next step. */
  readonly folder: Folder
}

/** Looked at ahead, at once. */
const AHEAD = 32
/** Each level of a walk holds a folder open. What lies deeper is not shown; it is removed all the same. */
const DEEPEST = 128

/**
 * All that lies in a folder and below, in the order of names, a folder before what lies in it. Links are come by and
 * not followed. What vanishes meanwhile, or may not be looked at, is left out.
 * @param prefix put before each path, with its `/`
 * @param after go on behind this path in the folder, without looking at what lies before
 * @param hidden names of this folder that are left out
 */
export async function* walk(
  folder: Folder,
  prefix: string,
  after: readonly string[] = [],
  hidden: readonly string[] = [],
  depth = 1,
): AsyncGenerator<Step> {
  const [first, ...rest] = after
  const all = (await folder.names().catch(unlessAbsent)) ?? []
  const names = all
    .map((name) => ({ name, shown: shownName(name) }))
    .filter(({ shown }) => !hidden.includes(shown) && (first === undefined || shown >= first))
    .sort((a, b) => (a.shown < b.shown ? -1 : 1))
  for (let at = 0; at < names.length; at += AHEAD) {
    const some = names.slice(at, at + AHEAD)
    const looks = await Promise.all(some.map(({ name }) => lstat(folder.path(name)).catch(unlessAbsent)))
    for (const [i, { name, shown }] of some.entries()) {
      const about = looks[i]
      if (about === undefined) continue
      const info = infoOf(`${prefix}${shown}`, about)
      if (shown !== first) yield { info, mode: about.mode, name, folder }
      if (info.kind !== 'folder' || depth >= DEEPEST) continue
      const inner = await folder.folder(name).catch(unlessAbsent)
      if (inner === undefined) continue
      try {
        yield* walk(inner, `${info.path}/`, shown === first ? rest : [], [], depth + 1)
      } finally {
        await inner.close()
      }
    }
  }
}

export function infoOf(path: string, about: Stats): FileInfo {
  const kind = about.isFile()
    ? 'file'
    : about.isDirectory()
      ? 'folder'
      : about.isSymbolicLink()
        ? 'link'
        : 'other'
  return {
    path,
    kind,
    size: kind === 'file' ? about.size : 0,
    modifiedAt: Math.floor(about.mtimeMs),
  }
}
