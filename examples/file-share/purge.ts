import { Type } from '@sinclair/typebox'
import { unlink } from 'node:fs/promises'
import type { Logger } from 'winston'
import type { Animator } from '../../src/index.ts'
import { folderArgument, mustBeFolder } from './arguments.ts'
import type { FileEntry, Folder } from './folder.ts'

const args = Type.Object(
  {
    folder: folderArgument,
    olderThanDays: Type.Integer({
      minimum: 1,
      maximum: 36_500,
      description: 'Files written before that many days',
    }),
    dryRun: Type.Optional(Type.Boolean({ description: 'Only tell what would be deleted' })),
  },
  // Swagger UI offers this to whoever presses Execute first: it must not delete anything.
  { additionalProperties: false, examples: [{ olderThanDays: 90, dryRun: true }] },
)

export interface PurgeResult {
  readonly dryRun: boolean
  readonly deleted: number
  readonly bytes: number
  /** Files that changed or vanished between the look and the deletion. */
  readonly leftAlone: number
  readonly failed: number
}

const DAY = 24 * 60 * 60 * 1000

/** Deletes old files. One that cannot be deleted is told in the log and counted; the others go on. */
export function uploadPurge(folder: Folder, logger: Logger): Animator<typeof args, PurgeResult> {
  return {
    summary: 'Delete old uploads',
    args,
    validate: ({ folder: path = '' }) => mustBeFolder(folder, path),
    concurrency: 1,
    timeout: '1h',
    async run(ops) {
      const { folder: path = '', olderThanDays, dryRun = false } = ops.args
      const before = Date.now() - olderThanDays * DAY
      const files = await folder.list(path, ops.signal, skipped)
      const old = files.filter((file) => file.modified < before)
      const total = old.reduce((sum, { bytes }) => sum + bytes, 0)
      logger.info('found old files', { files: old.length, bytes: total })

      const tally = { deleted: 0, bytes: 0, leftAlone: 0, failed: 0 }
      let done = 0
      for (const file of old) {
        ops.signal.throwIfAborted()
        const end = await remove(file, before, dryRun)
        tally[end]++
        if (end === 'deleted') tally.bytes += file.bytes
        ops.setProgress({ done: (done += file.bytes), total, message: file.path })
      }
      return { dryRun, ...tally }
    },
  }

  async function remove(
    file: FileEntry,
    before: number,
    dryRun: boolean,
  ): Promise<'deleted' | 'leftAlone' | 'failed'> {
    try {
      const now = await folder.entry(file.path)
      if (now === undefined || now.modified >= before) return 'leftAlone'
      if (!dryRun) await unlink(await folder.place(file.path))
      logger.debug(dryRun ? `would delete ${file.path}` : `deleted ${file.path}`, { bytes: file.bytes })
      return 'deleted'
    } catch (error) {
      logger.error(`cannot delete ${file.path}`, error)
      return 'failed'
    }
  }

  function skipped(path: string, { message }: Error): void {
    logger.warn(`cannot look at ${path}`, { reason: message })
  }
}
