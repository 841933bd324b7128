import { open, readdir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { segmentName, segmentOffsets } from '../../../files/record/format.ts'

const BLOCK = 65_536

/**
 * Follows what a process prints by its record, from where the record ends when it begins: the service is told only that there
 * is more. It reads on at its own pace and holds nothing but one block. What is dropped before it was read is told as lost.
 */
export class RecordTail {
  readonly #folder: string
  readonly #stream: 'stdout' | 'stderr'
  readonly #heard: (bytes: Uint8Array) => void
  readonly #lost: (bytes: number) => void
  /** The place in the stream up to which it has read. */
  #at = 0
  #segment: { readonly offset: number; readonly file: FileHandle } | undefined
  #reading: Promise<void> | undefined
  #again = false

  /**
   * @param folder that of the record (`Workspace.record`)
   * @param heard the bytes are good only during the call
   */
  constructor(
    folder: string,
    stream: 'stdout' | 'stderr',
    heard: (bytes: Uint8Array) => void,
    lost: (bytes: number) => void,
  ) {
    this.#folder = folder
    this.#stream = stream
    this.#heard = heard
    this.#lost = lost
  }

  /** Passes over what is recorded by now. Call it before the process is started. */
  async begin(): Promise<void> {
    const last = (await this.#segments()).at(-1)
    if (last === undefined) return
    const file = await open(this.#path(last))
    this.#segment = { offset: last, file }
    this.#at = last + (await file.stat()).size
  }

  /** There is more. Cheap, and safe to call at any time. */
  grew(): void {
    this.#again = true
    this.#reading ??= this.#readOn().finally(() => (this.#reading = undefined))
    // Who waits for the end is told of an error; until then it may be over by the next call.
    this.#reading.catch(() => {})
  }

  /**
   * Resolves when all that was recorded by now has been heard. Call it when the process has ended; nothing may be called then.
   * @throws the system's error
   */
  async end(): Promise<void> {
    try {
      await this.#reading?.catch(() => {})
      this.#again = true
      await this.#readOn()
    } finally {
      await this.#segment?.file.close()
      this.#segment = undefined
    }
  }

  async #readOn(): Promise<void> {
    while (this.#again) {
      this.#again = false
      do await this.#readSegment()
      while (await this.#nextSegment())
    }
  }

  async #readSegment(): Promise<void> {
    if (this.#segment === undefined) return
    const { offset, file } = this.#segment
    const block = Buffer.allocUnsafe(BLOCK)
    for (;;) {
      const { bytesRead } = await file.read(block, 0, BLOCK, this.#at - offset)
      if (bytesRead === 0) return
      this.#at += bytesRead
      this.#heard(block.subarray(0, bytesRead))
    }
  }

  /** A segment is complete once there is a later one. What lay between here and that one is lost. */
  async #nextSegment(): Promise<boolean> {
    const { offset } = this.#segment ?? {}
    const next = (await this.#segments()).find((one) => offset === undefined || one > offset)
    if (next === undefined) return false
    // It may have got its last bytes since it was read.
    await this.#readSegment()
    const file = await open(this.#path(next)).catch(ifGone)
    // Dropped just now, so that there is another one.
    if (file === undefined) return true
    await this.#segment?.file.close()
    this.#segment = { offset: next, file }
    if (next > this.#at) this.#lost(next - this.#at)
    this.#at = Math.max(this.#at, next)
    return true
  }

  /** The places where the segments that are there begin, in order. */
  async #segments(): Promise<number[]> {
    return segmentOffsets((await readdir(this.#folder).catch(ifGone)) ?? [], this.#stream)
  }

  #path(offset: number): string {
    return join(this.#folder, segmentName(this.#stream, offset))
  }
}

function ifGone(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}
