import type { Request } from 'express'
import type { Readable } from 'node:stream'
import { MajordomoError, messageOf } from '../../core/errors.ts'
import type { Upload, UploadLimits } from '../../core/files.ts'
import type { Logger } from '../../core/logger.ts'
import type { TaskManager } from '../../core/manager.ts'
import type { Rights } from '../access.ts'
import { createsAny, entitledToAll, requireOpen } from '../guards.ts'
import type { Input } from '../validator.ts'
import { invalid, readParts, TASK_FIELD, tooLarge } from './parts.ts'

/** What a form has brought: the creation, validated, and its files. Somebody has to discard them, also when they were used. */
export interface FormInput {
  readonly input: Input
  /** Undefined where it has brought none: then the operation need not take any. */
  readonly files: Upload | undefined
}

export interface FormSettings {
  /** False where no files are taken. */
  readonly uploads: UploadLimits | false
  readonly bodyLimit: number
  readonly logger: Logger
}

/** Room for the lines that each part begins with. */
const PART_HEAD = 20_000

/** Whether a request has a form for its body. */
export function isForm({ headers }: Pick<Request, 'headers'>): boolean {
  return headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() === 'multipart/form-data'
}

/**
 * Reads creations that come as forms: the field `task` and files, in any order. Files are stored as they come. Whatever goes
 * wrong on the way, nothing of them is left.
 */
export class FormReader {
  readonly #manager: TaskManager
  readonly #settings: FormSettings

  constructor(manager: TaskManager, settings: FormSettings) {
    this.#manager = manager
    this.#settings = settings
  }

  /**
   * @param check validates the creation, as soon as it is there
   * @throws {MajordomoError} `forbidden` before anything is read where no task at all may be created, `unsupported-media-type`,
   * `payload-too-large`, `invalid-request`
   */
  async read(req: Request, rights: Rights, check: (task: unknown) => Input): Promise<FormInput> {
    const { uploads, bodyLimit } = this.#settings
    if (uploads === false)
      throw new MajordomoError('unsupported-media-type', 'this service takes no files: send application/json')
    requireUnread(req)
    requirePlain(req)
    await createsAny({ manager: this.#manager, rights })
    requireOpen(this.#manager)
    const most = uploads.totalSize + bodyLimit + (uploads.files + 1) * PART_HEAD
    if (Number(req.headers['content-length'] ?? 0) > most)
      throw tooLarge('the form', uploads.totalSize, 'option "uploads.totalSize"')
    const files = await this.#manager.upload(uploads)
    try {
      const intake = new Intake(files, rights, uploads, check)
      await readParts(req, intake, { field: bodyLimit, form: most })
      const input = intake.input()
      if (intake.count > 0) return { input, files }
      await this.discard(files)
      return { input, files: undefined }
    } catch (error) {
      await this.discard(files)
      throw error
    }
  }

  /** What cannot be removed now is for the log: the request has its answer. */
  async discard(files: Upload | undefined): Promise<void> {
    try {
      await files?.discard()
    } catch (error) {
      this.#settings.logger.warn('files of a request could not be removed', { error: messageOf(error) })
    }
  }
}

/** Takes the parts of one form. */
class Intake {
  readonly #files: Upload
  readonly #rights: Rights
  readonly #limits: UploadLimits
  readonly #check: (task: unknown) => Input
  #input: Input | undefined
  /** Files that have come. */
  count = 0

  constructor(files: Upload, rights: Rights, limits: UploadLimits, check: (task: unknown) => Input) {
    this.#files = files
    this.#rights = rights
    this.#limits = limits
    this.#check = check
  }

  async field(text: string): Promise<void> {
    if (this.#input !== undefined) throw invalid(TASK_FIELD, 'came twice')
    this.#input = this.#check(parsed(text))
    const { operation } = this.#input.body as { operation: string }
    // Before the files that come behind it are taken.
    await entitledToAll(this.#rights, 'create', operation)
  }

  async file(name: string | undefined, content: Readable): Promise<void> {
    if (name === undefined || name === '') return nothing(content)
    if (++this.count > this.#limits.files)
      throw new MajordomoError(
        'payload-too-large',
        `there are more than ${this.#limits.files} files (option "uploads.files"): ${shown(name)} is one too many`,
      )
    try {
      await this.#files.add(name, content)
    } catch (error) {
      throw told(error, name)
    }
  }

  /** @throws {MajordomoError} `invalid-request` where the field never came */
  input(): Input {
    if (this.#input === undefined) throw invalid(TASK_FIELD, 'is required: the creation of the task, as JSON')
    return this.#input
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalid(TASK_FIELD, `is not JSON: ${messageOf(cause)}`)
  }
}

/** A browser sends a file without a name and without content for a field in which none was chosen. */
async function nothing(content: Readable): Promise<void> {
  for await (const chunk of content as AsyncIterable<Buffer>)
    if (chunk.length > 0) throw invalid('', 'each file needs a file name')
}

/** The same error, naming the file. */
function told(error: unknown, name: string): unknown {
  if (!MajordomoError.is(error)) return error
  const { code, message, faults } = error
  if (code !== 'payload-too-large' && code !== 'invalid-arguments') return error
  const told = message.includes(name) ? message : `${shown(name)}: ${message}`
  return new MajordomoError(code === 'invalid-arguments' ? 'invalid-request' : code, told, {
    faults: faults.length > 0 ? faults : [{ path: name.slice(0, 200), message }],
    cause: error,
  })
}

function shown(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name)
}

/** @throws {MajordomoError} `invalid-option`, which is for the host's log */
function requireUnread(req: Request): void {
  if (!req.readableDidRead && !req.readableEnded) return
  const message =
    'the form of a request was read before it came to the router: mount the router before what reads multipart/form-data, such as multer'
  throw new MajordomoError('invalid-option', message)
}

function requirePlain({ headers }: Request): void {
  const encoding = headers['content-encoding']
  if (encoding === undefined || encoding.trim().toLowerCase() === 'identity') return
  throw new MajordomoError(
    'unsupported-media-type',
    `a form cannot be sent as ${JSON.stringify(encoding.slice(0, 80))}`,
  )
}
