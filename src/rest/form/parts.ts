import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { MajordomoError } from '../../core/errors.ts'

/** The field of a form that is no file. */
export const TASK_FIELD = 'task'

/** Who is handed what a form has. What these throw refuses the form. */
export interface PartTaker {
  /** The text of the field `task`. */
  field(text: string): void | Promise<void>
  /** A file; undefined where it has no name. All of the stream has to be read. */
  file(name: string | undefined, content: Readable): Promise<void>
}

export interface PartLimits {
  /** Bytes of the field. */
  readonly field: number
  /** Bytes of the whole form, and what it is told as. */
  readonly form: number
}

/**
 * Reads the parts of a `multipart/form-data` request, one after the other: the next one begins when the one before is stored.
 * Nothing is kept in memory but some chunks, however small the files are and however fast they come.
 *
 * Rejects with the first thing that goes wrong, when no taker is at work any more; the rest of the request is left unread then.
 *
 * @throws {MajordomoError} `invalid-request`, `payload-too-large`, and whatever the taker throws
 */
export function readParts(req: IncomingMessage, taker: PartTaker, limits: PartLimits): Promise<void> {
  return new FormReading(req, taker, limits).done
}

class FormReading {
  readonly done: Promise<void>
  readonly #req: IncomingMessage
  readonly #taker: PartTaker
  readonly #limits: PartLimits
  readonly #parser: BusboyInstance
  /** Begun and not stored yet. */
  readonly #open = new Set<Readable>()
  /** Resolves when all parts that have begun are taken, and when all but the last one are. Never rejects. */
  #all: Promise<void> = Promise.resolve()
  #earlier: Promise<void> = this.#all
  #size = 0
  /** Parts that the parser has told of. */
  #told = 0
  #hasEnded = false
  #hasFailed = false
  #resolve!: () => void
  #reject!: (error: unknown) => void

  constructor(req: IncomingMessage, taker: PartTaker, limits: PartLimits) {
    this.#req = req
    this.#taker = taker
    this.#limits = limits
    this.#parser = parserOf(req, limits, () => this.#told++)
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#parser
      .on('file', (_, content, name) => this.#file(content, name))
      .on('field', (name, text, _, isCut) => this.#field(name, text, isCut))
      .on('error', (error) => this.#fail(malformed(error)))
      .on('finish', () => this.#parsed())
    if (req.destroyed) this.#fail(brokenOff())
    else req.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose).on('error', ignore)
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#size += chunk.length
    if (this.#size > this.#limits.form) return this.#fail(tooLarge('the form', this.#limits.form))
    this.#req.pause()
    void this.#parse(chunk)
  }

  /** The parser alone would let a chunk more come with each small file that is stored, and keep them all. */
  async #parse(chunk: Buffer): Promise<void> {
    await new Promise<void>((resolve) => this.#parser.write(chunk, () => resolve()))
    await this.#earlier
    if (!this.#hasFailed) this.#req.resume()
  }

  readonly #onEnd = (): void => {
    this.#hasEnded = true
    this.#parser.end()
  }

  readonly #onClose = (): void => {
    if (!this.#hasEnded) this.#fail(brokenOff())
  }

  #file(content: Readable, name: string | undefined): void {
    // Its parser tells each open file of an error, whether somebody listens or not.
    content.on('error', ignore)
    if (this.#hasFailed) return void content.destroy()
    this.#open.add(content)
    this.#take(async () => {
      await this.#taker.file(name, content)
      if (content.destroyed && !content.readableEnded) throw brokenOff()
      this.#open.delete(content)
    })
  }

  #field(name: string | undefined, text: string, isCut: boolean): void {
    if (name !== TASK_FIELD) return this.#fail(invalid(name ?? '', 'is neither the field "task" nor a file'))
    if (isCut)
      return this.#fail(tooLarge(`the field "${TASK_FIELD}"`, this.#limits.field, 'option "bodyLimit"'))
    this.#take(async () => this.#taker.field(text))
  }

  #parsed(): void {
    if (partsIn(this.#parser) > this.#told)
      return this.#fail(invalid('', 'a part has no Content-Disposition that tells what it is'))
    void this.#finish()
  }

  #take(work: () => Promise<void>): void {
    this.#earlier = this.#all
    this.#all = this.#earlier
      .then(() => (this.#hasFailed ? undefined : work()))
      .catch((error: unknown) => this.#fail(error))
  }

  #fail(error: unknown): void {
    if (this.#hasFailed) return
    this.#hasFailed = true
    this.#req.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose)
    this.#req.pause()
    for (const content of this.#open) content.destroy(brokenOff())
    void this.#finish(error)
  }

  /** Resolves, or rejects with what went wrong, once nobody is at work any more. */
  async #finish(error?: unknown): Promise<void> {
    await this.#all
    if (error !== undefined) this.#reject(error)
    else if (!this.#hasFailed) this.#resolve()
  }
}

/** @throws {MajordomoError} `invalid-request` where the content type has no boundary */
function parserOf({ headers }: IncomingMessage, { field }: PartLimits, told: () => void): BusboyInstance {
  try {
    return new Busboy({
      headers: headers as BusboyHeaders,
      preservePath: true,
      // Browsers give a field that has a type of its own the look of a file.
      isPartAFile: (name, type, fileName) => {
        told()
        return name !== TASK_FIELD && (fileName !== undefined || type === 'application/octet-stream')
      },
      limits: { fieldSize: field, headerPairs: 50, headerSize: 16_384 },
    })
  } catch (error) {
    throw malformed(error)
  }
}

/** It passes over what has no name without a word, and counts it only inside. */
function partsIn(parser: BusboyInstance): number {
  // oxlint-disable-next-line no-underscore-dangle -- nothing else tells
  return (parser as unknown as { readonly _parser: { readonly _nparts: number } })._parser._nparts
}

function malformed(cause: unknown): MajordomoError {
  const message = cause instanceof Error ? cause.message : String(cause)
  return new MajordomoError('invalid-request', `the form cannot be read: ${message}`, { cause })
}

function brokenOff(): MajordomoError {
  return new MajordomoError('invalid-request', 'the request broke off')
}

/** @param path of the fault: the name of a field or a file */
export function invalid(path: string, message: string): MajordomoError {
  return new MajordomoError('invalid-request', undefined, { faults: [{ path, message }] })
}

export function tooLarge(what: string, limit: number, option?: string): MajordomoError {
  const why = option === undefined ? '' : ` (${option})`
  return new MajordomoError('payload-too-large', `${what} is larger than ${limit} bytes${why}`)
}

function ignore(): void {}
