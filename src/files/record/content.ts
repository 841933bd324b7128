import { constants } from 'node:fs'
import { lstat, open, readdir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { ByteRange } from '../../core/files.ts'
import { blocksOf, closing } from './bytes.ts'
import { CAREFULLY, segmentName, segmentOffsets, type PrintStream } from './format.ts'

interface Part {
  readonly path: string
  readonly size: number
  /** Opened at once where it may be dropped. */
  file: FileHandle | undefined
}

/** The oldest go first, and a record that drops any has few. */
const OPENED_AT_ONCE = 32

/** All bytes that are kept of a stream, as one file that neither grows nor loses its beginning while it is open. */
export class RecordContent {
  readonly size: number
  /** Epoch milliseconds. */
  readonly modifiedAt: number
  /** Changes whenever the content does. */
  readonly tag: string
  readonly #parts: readonly Part[]

  private constructor(parts: readonly Part[], modifiedAt: number, tag: string) {
    this.size = parts.reduce((sum, one) => sum + one.size, 0)
    this.modifiedAt = modifiedAt
    this.tag = tag
    this.#parts = parts
  }

  /** Undefined where nothing was recorded. */
  static async open(folder: string, stream: PrintStream): Promise<RecordContent | undefined> {
    const parts: Part[] = []
    let modifiedAt = 0
    let first: number | undefined
    let inode = 0n
    try {
      for (const offset of await offsetsIn(folder, stream)) {
        const path = join(folder, segmentName(stream, offset))
        // Dropped just now: what comes behind it is still there.
        const file = await open(path, constants.O_RDONLY | CAREFULLY).catch(unlessDropped)
        if (file === undefined) continue
        const part: Part = { path, size: 0, file }
        parts.push(part)
        const about = await file.stat({ bigint: true })
        parts[parts.length - 1] = { ...part, size: Number(about.size) }
        modifiedAt = Math.max(modifiedAt, Math.floor(Number(about.mtimeMs)))
        first ??= offset
        inode = about.ino
        if (parts.length <= OPENED_AT_ONCE) continue
        await file.close()
        parts.at(-1)!.file = undefined
      }
    } catch (error) {
      await closeAll(parts)
      throw error
    }
    if (first === undefined) return undefined
    const size = parts.reduce((sum, one) => sum + one.size, 0)
    return new RecordContent(
      parts,
      modifiedAt,
      `${inode.toString(36)}-${first.toString(36)}-${size.toString(36)}`,
    )
  }

  /** How large it is, without opening it; undefined where nothing was recorded. */
  static async look(
    folder: string,
    stream: PrintStream,
  ): Promise<{ size: number; modifiedAt: number } | undefined> {
    const offsets = await offsetsIn(folder, stream)
    const found = await Promise.all(
      offsets.map((offset) => lstat(join(folder, segmentName(stream, offset))).catch(unlessDropped)),
    )
    const there = found.filter((one) => one !== undefined)
    if (there.length === 0) return undefined
    return {
      size: there.reduce((sum, one) => sum + one.size, 0),
      modifiedAt: Math.floor(Math.max(...there.map((one) => one.mtimeMs))),
    }
  }

  /** May be called once; closes behind itself. */
  read(range: ByteRange = { start: 0, end: this.size - 1 }): AsyncIterable<Uint8Array> {
    return closing(this.#blocks(range), () => this.close())
  }

  async close(): Promise<void> {
    await closeAll(this.#parts)
  }

  async *#blocks(range: ByteRange): AsyncGenerator<Uint8Array> {
    let start = 0
    for (const part of this.#parts) {
      const from = Math.max(range.start - start, 0)
      const to = Math.min(range.end + 1 - start, part.size)
      start += part.size
      if (from >= to) continue
      const file = (part.file ??= await open(part.path, constants.O_RDONLY | CAREFULLY))
      yield* blocksOf(file, from, to)
      part.file = undefined
      await file.close()
    }
  }
}

async function offsetsIn(folder: string, stream: PrintStream): Promise<number[]> {
  return segmentOffsets((await readdir(folder).catch(unlessDropped)) ?? [], stream)
}

async function closeAll(parts: readonly Part[]): Promise<void> {
  for (const part of parts) {
    const { file } = part
    part.file = undefined
    await file?.close()
  }
}

function unlessDropped(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
