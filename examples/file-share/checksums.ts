import { Type } from '@sinclair/typebox'
import type { Logger } from 'winston'
import type { Animator } from '../../src/index.ts'
import { folderArgument, mustBeFolder } from './arguments.ts'
import { checksum } from './checksum.ts'
import type { Folder } from './folder.ts'
import { differences, type Manifest, type Manifests } from './manifest.ts'
import { forEachOf } from './parallel.ts'

const args = Type.Object({ folder: folderArgument }, { additionalProperties: false })

export interface ChecksumResult {
  readonly files: number
  readonly bytes: number
  readonly unreadable: number
  /** True when there was nothing to compare with. */
  readonly first: boolean
  readonly added: number
  readonly changed: number
  readonly removed: number
}

const HANDS = 4

/** Makes the checksums of all files, keeps them, and tells each difference from the last time as an item of the output. */
export function checksumTree(
  folder: Folder,
  manifests: Manifests,
  logger: Logger,
): Animator<typeof args, ChecksumResult> {
  return {
    summary: 'Make checksums and tell what changed since last time',
    args,
    validate: ({ folder: path = '' }) => mustBeFolder(folder, path),
    concurrency: 1,
    timeout: '2h',
    retry: { limit: 2, backoff: '1s' },
    async run(ops) {
      const { folder: path = '' } = ops.args
      let unreadable = 0
      const skipped = (file: string, { message }: Error) => {
        unreadable++
        logger.warn(`cannot read ${file}`, { reason: message })
      }

      const files = await folder.list(path, ops.signal, skipped)
      const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
      let done = 0
      const now: Manifest = new Map()
      await forEachOf(ops.signal, HANDS, files, async (file, signal) => {
        const read = (bytes: number) => ops.setProgress({ done: (done += bytes), total, message: file.path })
        try {
          now.set(file.path, await checksum(folder, file.path, signal, read))
        } catch (error) {
          signal.throwIfAborted()
          skipped(file.path, error as Error)
        }
      })

      const last = await manifests.read(path)
      const items = ops.output('items')
      const tally = { added: 0, changed: 0, removed: 0 }
      for (const { kind, file } of differences(last ?? new Map(), now)) {
        tally[kind]++
        items.write({ data: { path: file, change: kind } })
      }
      await manifests.write(path, now)
      logger.info('checksums are kept', { files: now.size, bytes: done })
      return { files: now.size, bytes: done, unreadable, first: last === undefined, ...tally }
    },
  }
}
