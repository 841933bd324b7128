import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { CAREFULLY, MARK_BYTES, readMark, type TimeMark } from './format.ts'

/** Marks of a file that is not larger are read at once, those of others by 512: a search jumps to and fro among them. */
const AT_ONCE = 65_536 / MARK_BYTES
const BY_PIECES = 512

/** The times of one segment. They may be millions, so they are searched on disk. */
export class Marks {
  readonly count: number
  readonly #file: FileHandle | undefined
  readonly #pieceSize: number
  readonly #stand: TimeMark
  #piece: { readonly number: number; readonly bytes: Buffer } | undefined
  #borders: Promise<number[]> | undefined

  private constructor(file: FileHandle | undefined, count: number, stand: TimeMark) {
    this.#file = file
    this.count = count
    this.#pieceSize = count <= AT_ONCE ? Math.max(count, 1) : BY_PIECES
    this.#stand = stand
  }

  /** @param stand what holds where the file is not there, or empty */
  static async open(path: string, stand: TimeMark): Promise<Marks> {
    const file = await open(path, constants.O_RDONLY | CAREFULLY).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (file === undefined) return new Marks(undefined, 0, stand)
    try {
      const { size } = await file.stat()
      return new Marks(file, Math.floor(size / MARK_BYTES), stand)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  async first(): Promise<TimeMark> {
    return this.count === 0 ? this.#stand : this.#at(0)
  }

  async last(): Promise<TimeMark> {
    return this.count === 0 ? this.#stand : this.#at(this.count - 1)
  }

  /** Where another attempt begins. */
  borders(): Promise<number[]> {
    return (this.#borders ??= this.#findBorders())
  }

  /** Those that hold for bytes from `from` to before `to`, ascending; one at least. */
  async within(from: number, to: number): Promise<TimeMark[]> {
    if (this.count === 0) return [this.#stand]
    const beyond = await this.#search((mark) => mark.offset > from)
    const marks: TimeMark[] = []
    for (let i = Math.max(0, beyond - 1); i < this.count; i++) {
      const piece = this.#loaded(i) ?? (await this.#load(i))
      const mark = readMark(piece, (i % this.#pieceSize) * MARK_BYTES)
      if (marks.length > 0 && mark.offset >= to) break
      marks.push(mark)
    }
    return marks
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }

  async #findBorders(): Promise<number[]> {
    const borders: number[] = []
    let { attempt } = await this.first()
    const { attempt: last } = await this.last()
    while (attempt < last) {
      const before = attempt
      const mark = await this.#at(await this.#search((one) => one.attempt > before))
      borders.push(mark.offset)
      attempt = mark.attempt
    }
    return borders
  }

  /** Index of the first that is beyond; `count` where none is. */
  async #search(beyond: (mark: TimeMark) => boolean): Promise<number> {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (beyond(await this.#at(middle))) high = middle
      else low = middle + 1
    }
    return low
  }

  async #at(index: number): Promise<TimeMark> {
    const piece = this.#loaded(index) ?? (await this.#load(index))
    return readMark(piece, (index % this.#pieceSize) * MARK_BYTES)
  }

  #loaded(index: number): Buffer | undefined {
    const number = Math.floor(index / this.#pieceSize)
    return this.#piece?.number === number ? this.#piece.bytes : undefined
  }

  async #load(index: number): Promise<Buffer> {
    const number = Math.floor(index / this.#pieceSize)
    // What a file that was cut meanwhile no longer has, reads as zeros.
    const bytes = Buffer.alloc(this.#pieceSize * MARK_BYTES)
    await this.#file!.read(bytes, 0, bytes.length, number * bytes.length)
    this.#piece = { number, bytes }
    return bytes
  }
}
