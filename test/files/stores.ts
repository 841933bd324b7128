import { mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { FileStore, UploadLimits } from '../../src/core/files.ts'
import { safeLogger } from '../../src/core/logger.ts'
import { localFiles } from '../../src/files/index.ts'

export const QUIET = { logger: safeLogger(undefined) }
export const LIMITS: UploadLimits = { files: 100, fileSize: 10_000_000, totalSize: 20_000_000 }

/** A store in this folder, open, with the folders of the task `t1`. */
export async function storeWithTask(
  root: string,
): Promise<{ store: FileStore; folder: string; record: string }> {
  const store = localFiles(root)
  await store.open(QUIET)
  return { store, ...(await store.provide('t1')) }
}

/** Writes files, and their folders, as a process would. */
export function put(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}

export async function allOf(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** What this process has open in a folder, where the system tells. */
export function openIn(folder: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`)
      return path.startsWith(folder) ? [path] : []
    } catch {
      return []
    }
  })
}
