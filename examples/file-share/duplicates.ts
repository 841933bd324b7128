import { Type } from '@sinclair/typebox'
import type { Logger } from 'winston'
import type { Animator, TaskOps } from '../../src/index.ts'
import { folderArgument, mustBeFolder } from './arguments.ts'
import { checksum } from './checksum.ts'
import type { FileEntry, Folder } from './folder.ts'
import { forEachOf } from './parallel.ts'

const args = Type.Object(
  {
    folder: folderArgument,
    minBytes: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Smaller files are passed over; 1 by default' }),
    ),
  },
  { additionalProperties: false },
)

export interface DuplicatesResult {
  /** Sets of files with the same content. */
  readonly sets: number
  /** What one copy of each would save. */
  readonly wastedBytes: number
  /** Files that had to be read: the others have a size of their own. */
  readonly read: number
}

const HANDS = 4

/** Finds files with the same content: by size first, then by checksum. Each set becomes an item of the output. */
export function findDuplicates(folder: Folder, logger: Logger): Animator<typeof args, DuplicatesResult> {
  return {
    summary: 'Find files with the same content',
    args,
    validate: ({ folder: path = '' }) => mustBeFolder(folder, path),
    timeout: '2h',
    async run(ops) {
      const { folder: path = '', minBytes = 1 } = ops.args
      const bySize = new Map<number, FileEntry[]>()
      for (const file of await folder.list(path, ops.signal, skipped)) {
        if (file.bytes >= minBytes) add(bySize, file.bytes, file)
      }
      const candidates = [...bySize.values()].filter((files) => files.length > 1).flat()
      logger.info('files share their size with another', { files: candidates.length })

      const sets = [...(await byContent(ops, candidates)).values()].filter((files) => files.length > 1)
      let wastedBytes = 0
      for (const files of sets) {
        const bytes = files[0]!.bytes
        wastedBytes += bytes * (files.length - 1)
        ops.output('items').write({ data: { bytes, paths: files.map((file) => file.path).sort() } })
      }
      return { sets: sets.length, wastedBytes, read: candidates.length }
    },
  }

  async function byContent(
    ops: TaskOps<unknown>,
    files: readonly FileEntry[],
  ): Promise<Map<string, FileEntry[]>> {
    const found = new Map<string, FileEntry[]>()
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
    let done = 0
    await forEachOf(ops.signal, HANDS, files, async (file, signal) => {
      try {
        const sum = await checksum(folder, file.path, signal, (bytes) =>
          ops.setProgress({ done: (done += bytes), total }),
        )
        add(found, sum, file)
      } catch (error) {
        signal.throwIfAborted()
        skipped(file.path, error as Error)
      }
    })
    return found
  }

  function skipped(path: string, { message }: Error): void {
    logger.warn(`cannot read ${path}`, { reason: message })
  }
}

function add<Key>(groups: Map<Key, FileEntry[]>, key: Key, file: FileEntry): void {
  const group = groups.get(key)
  if (group === undefined) groups.set(key, [file])
  else group.push(file)
}
