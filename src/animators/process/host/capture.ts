import type { ChildProcess } from 'node:child_process'
import { chmodSync, closeSync, constants, openSync } from 'node:fs'
import { Socket, type ConnectOpts, type SocketConstructorOpts } from 'node:net'
import type { Readable } from 'node:stream'
import { Reading } from '../../../files/record/reading.ts'
import { RecordWriter } from '../../../files/record/writer.ts'
import type { Fifos } from './fifos.ts'
import { LEAST_AHEAD, Pace } from './pace.ts'

export interface CaptureOrder {
  readonly stream: 'stdout' | 'stderr'
  readonly record: string
  readonly attempt: number
  readonly keep: number | undefined
  /** Whether it is taken no further than `keep` ahead of whoever reads the record. */
  readonly waits: boolean | undefined
  /** The process is another user's, who has to be able to open the pipe by name for writing, and for nothing else. */
  readonly stranger: boolean
  /** Called after each chunk. */
  readonly grew: (bytes: number) => void
}

/** As much as is taken at once, bytes. */
const CHUNK = 65_536

/** Somebody has removed a named pipe that was made. */
export class PipeMissing extends Error {
  override readonly name = 'PipeMissing'
}

/** Brings what a process prints to one stream into its record. */
export class Capture {
  readonly #order: CaptureOrder
  readonly #fifos: Fifos
  readonly #writer: RecordWriter
  readonly #path: string | undefined
  readonly #room: Uint8Array
  #reader: number | undefined
  #writerEnd: number | undefined
  #source: Readable | undefined
  #over: Promise<void> = Promise.resolve()
  /** Only where the process waits for readers. */
  readonly #pace: Pace | undefined
  #isFull = false
  #sawEnd = false
  #done = false

  /**
   * @param path of a named pipe that nobody uses; without one the process gets an ordinary pipe
   * @param room where bytes are read to; all captures of a process may share it, as nothing else happens between reading and writing
   * @throws {PipeMissing}, or the system's error: EMFILE, ENFILE…
   */
  constructor(order: CaptureOrder, fifos: Fifos, room: Uint8Array, path: string | undefined) {
    this.#order = order
    this.#fifos = fifos
    this.#path = path
    this.#room = room
    const { record, stream, attempt, keep = Infinity, waits = false } = order
    const ahead = waits ? Math.max(keep, LEAST_AHEAD) : Infinity
    this.#writer = new RecordWriter(record, stream, { attempt, keep: waits ? ahead + CHUNK : keep })
    try {
      if (waits)
        this.#pace = new Pace(this.#writer, new Reading(record, stream), ahead, () => this.#source?.resume())
      this.#open()
    } catch (error) {
      this.abandon()
      throw error
    }
  }

  /** What the process gets. */
  get stdio(): number | 'pipe' {
    return this.#writerEnd ?? 'pipe'
  }

  /** Bytes that the process printed. */
  get written(): number {
    return this.#writer.written
  }

  /** How much of it is not in the record, and why. */
  get fault(): string | undefined {
    const { fault, lost } = this.#writer
    return fault === undefined ? undefined : `${lost} bytes of ${this.#order.stream} are lost: ${fault}`
  }

  /** The process has been started, and has the writing end now: as soon as all of its kind have closed it, this has its end. */
  begin(child: ChildProcess): void {
    this.#closeWriterEnd()
    const source = this.#path === undefined ? child[this.#order.stream] : this.#socket()
    if (!source) return
    this.#source = source
    if (this.#path === undefined) this.#listen(child, source)
    source.once('end', () => (this.#sawEnd = true))
    // What cannot be read any more is over too.
    source.on('error', () => {})
    this.#over = new Promise((resolve) => source.once('close', resolve))
    // Earlier attempts may have left as much as may be there unread.
    if (this.#pace?.goesOn() === false) source.pause()
  }

  /** The process is told to stop. Safe to call again. */
  stopping(): void {
    this.#pace?.giveMore()
  }

  /** What is printed from now on is read and counted, so that whoever prints it can end, and not kept. */
  passOver(): void {
    this.#isFull = true
    this.#pace?.release()
  }

  /** Resolves when all of it is in the record: at the end of the stream, or after so long, ms. */
  async end(atMost: number): Promise<void> {
    this.#pace?.release()
    let timer: NodeJS.Timeout | undefined
    // What stands in the pipe by then is read before the immediate, however busy this process has been.
    const late = new Promise<void>((resolve) => (timer = setTimeout(() => setImmediate(resolve), atMost)))
    await Promise.race([this.#over, late])
    clearTimeout(timer)
    this.abandon()
  }

  /** Lets go of everything. Safe to call again. */
  abandon(): void {
    if (this.#done) return
    this.#done = true
    this.#pace?.close()
    this.#closeWriterEnd()
    this.#source?.destroy()
    if (this.#reader !== undefined) closeSync(this.#reader)
    this.#reader = undefined
    this.#writer.close()
    if (this.#path === undefined) return
    // A process of another user may have kept a way to open it again.
    if (this.#sawEnd && !this.#order.stranger) this.#fifos.giveBack(this.#path)
    else this.#fifos.drop(this.#path)
  }

  /** The reading end first: without a reader the writing end would wait to be opened. */
  #open(): void {
    if (this.#path === undefined) return
    try {
      this.#reader = openSync(this.#path, constants.O_RDONLY | constants.O_NONBLOCK)
      if (this.#order.stranger) chmodSync(this.#path, 0o622)
      this.#writerEnd = openSync(this.#path, constants.O_WRONLY)
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new PipeMissing() : error
    }
  }

  #listen(child: ChildProcess, source: Readable): void {
    source.on('data', (bytes: Buffer) => {
      if (!this.#take(bytes)) source.pause()
    })
    // Node lets what stands in its pipes flow when a process has ended, whoever has paused them.
    child.once('exit', () => this.#pace?.release())
  }

  #socket(): Socket {
    const fd = this.#reader!
    this.#reader = undefined
    const callback = (count: number, room: Uint8Array): boolean => this.#take(room.subarray(0, count))
    const onread = { buffer: this.#room, callback }
    const options: SocketConstructorOpts & ConnectOpts = { fd, readable: true, writable: false, onread }
    return new Socket(options)
  }

  /** False where no more is to be taken for now. */
  #take(bytes: Uint8Array): boolean {
    if (this.#isFull) this.#writer.passOver(bytes)
    else this.#writer.write(bytes)
    this.#order.grew(bytes.length)
    return this.#pace?.goesOn() ?? true
  }

  #closeWriterEnd(): void {
    if (this.#writerEnd !== undefined) closeSync(this.#writerEnd)
    this.#writerEnd = undefined
  }
}
