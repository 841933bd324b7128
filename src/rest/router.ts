import type { NextFunction, Request, Response } from 'express'
import { parse } from 'node:querystring'
import { MajordomoError } from '../core/errors.ts'
import { operations, type OperationId } from '../../generated/operations.ts'
import type { Rights } from './access.ts'
import { bodyReader, type BodyReader } from './body.ts'
import { DocsPage } from './docs-page.ts'
import { apiDocument, type Document, type OperationTable } from './document.ts'
import { FormReader, isForm } from './form/reader.ts'
import { viewsAny } from './guards.ts'
import { Conversation } from './conversation.ts'
import type { AnyReply, Call, Handler, Handlers, Services, Stream } from './handler.ts'
import { handlers } from './handlers/index.ts'
import type { Settings } from './options.ts'
import { refuseOtherSites } from './origin.ts'
import { Outgoing } from './outgoing.ts'
import { problemOf } from './problems.ts'
import { Routes, type Route } from './routes.ts'
import { sendContentHead, sendEmpty, sendHead, sendJson, sendProblem } from './send.ts'
import { drained, isUnread } from './unread.ts'
import { OperationValidator, type Input } from './validator.ts'

/** What is served: the document, where its operations are found, and what answers them. */
export interface Contract {
  readonly document: Document
  readonly operations: OperationTable
  readonly handlers: Handlers
}

const CONTRACT: Contract = { document: apiDocument, operations, handlers }

/** Open to everybody, and telling nothing. */
const OPEN: ReadonlySet<OperationId> = new Set(['getHealth', 'getReady'])
/** Called by processes, which show a token instead of being somebody. */
const BY_TOKEN: ReadonlySet<OperationId> = new Set(['reportProgress'])
const NOBODY: Rights = { subject: undefined, restricted: true, answer: () => false }
const NO_QUERY = Object.freeze({})
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * The way of a request: find the operation, refuse other sites, find the rights, read the body, validate, handle, answer.
 * Every error on the way is answered here, so that the host's own error handler never sees one of ours.
 */
export class RestApi {
  readonly #services: Services
  readonly #settings: Settings
  readonly #contract: Contract
  readonly #routes: Routes
  readonly #docs = new DocsPage()
  readonly #validators = new Map<OperationId, OperationValidator>()
  readonly #readBody: BodyReader
  readonly #forms: FormReader

  constructor(services: Services, settings: Settings, contract: Contract = CONTRACT) {
    this.#contract = contract
    this.#routes = new Routes(contract.operations)
    this.#services = services
    this.#settings = settings
    this.#readBody = bodyReader(settings.bodyLimit)
    this.#forms = new FormReader(services.manager, settings)
  }

  async handle(req: Request, res: Response, next: NextFunction): Promise<void> {
    try {
      const mark = req.url.indexOf('?')
      const { path } = req
      const route = this.#routes.find(path)
      if (route !== undefined) await this.#serve(req, res, route, mark < 0 ? '' : req.url.slice(mark + 1))
      else if (this.#docs.has(path)) await this.#serveDocs(req, res, path)
      // Mounted at the host's root, we do not have all of its paths to ourselves.
      else if (req.baseUrl === '') next()
      else throw new MajordomoError('route-not-found', `there is no ${path.slice(0, 200)} here`)
    } catch (error) {
      if (res.headersSent) this.#broken(res, error)
      else sendProblem(res, problemOf(error, this.#settings), isUnread(req) ? drained(req) : undefined)
    }
  }

  async #serve(req: Request, res: Response, route: Route, query: string): Promise<void> {
    const id = route.operations.get(req.method === 'HEAD' ? 'GET' : req.method)
    if (id === undefined) return notAllowed(req, res, [...route.operations.keys()], this.#settings)
    if (!SAFE.has(req.method)) refuseOtherSites(req, this.#settings.origins)
    const rights = OPEN.has(id) || BY_TOKEN.has(id) ? NOBODY : await this.#settings.gate(req)
    const place = this.#contract.operations[id]
    const validator = this.#validator(id)
    const raw = { params: route.params, query: query === '' ? NO_QUERY : parse(query), headers: req.headers }
    const check = (body: unknown): Input => validator.check({ ...raw, body })
    const coming = { gate: this.#settings.gate, req, res, rights }
    if (place.form === true && isForm(req)) {
      const { input, files } = await this.#forms.read(req, rights, check)
      try {
        await this.#answer(res, id, new Conversation(this.#services, { ...coming, input, files }))
      } finally {
        // What the task has got by now, stays.
        await this.#forms.discard(files)
      }
    } else {
      const body = place.body === 'none' ? undefined : await this.#readBody(req, res)
      const input = check(body)
      await this.#answer(res, id, new Conversation(this.#services, { ...coming, input, files: undefined }))
    }
  }

  async #answer(res: Response, id: OperationId, conversation: Conversation): Promise<void> {
    // The validator has made the input what the document says; TypeScript knows the document, and not the validator.
    const call = conversation as unknown as Call<OperationId>
    const reply: AnyReply = await (this.#contract.handlers[id] as Handler<OperationId>)(call)
    const { status, headers, body, type, stream, content } = reply
    const written = stream ?? content
    if (body !== undefined) this.#validator(id).checkAnswer(status, 'application/json', body)
    if (type !== undefined && written !== undefined) {
      if (stream !== undefined) sendHead(res, status, type, headers)
      else sendContentHead(res, status, type, headers)
      if (!conversation.head) await streamed(new Outgoing(res, conversation.left()), written)
      res.end()
    } else if (body === undefined) sendEmpty(res, status, headers)
    else sendJson(res, status, body, headers)
  }

  async #serveDocs(req: Request, res: Response, path: string): Promise<void> {
    if (!SAFE.has(req.method) || req.method === 'OPTIONS')
      return notAllowed(req, res, ['GET'], this.#settings)
    await viewsAny({ ...this.#services, rights: await this.#settings.gate(req) })
    await this.#docs.serve(req, res, path)
  }

  #validator(id: OperationId): OperationValidator {
    const { document, operations } = this.#contract
    const found =
      this.#validators.get(id) ??
      new OperationValidator(document, operations[id], this.#settings.validateResponses)
    this.#validators.set(id, found)
    return found
  }

  /** Too late for a problem document: the reader is shown by the broken connection that this was not all. */
  #broken(res: Response, error: unknown): void {
    if (!res.destroyed && !MajordomoError.is(error))
      this.#settings.logger.error('an answer broke off', { error })
    res.destroy()
  }
}

async function streamed(to: Outgoing, stream: Stream): Promise<void> {
  try {
    await stream(to)
  } catch (error) {
    if (!to.left.aborted) throw error
  }
}

function notAllowed(req: Request, res: Response, methods: string[], settings: Settings): void {
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
  if (req.method === 'OPTIONS') return sendEmpty(res, 204, { allow })
  const problem = problemOf(
    new MajordomoError('method-not-allowed', `${req.method} is not among ${allow}`),
    settings,
  )
  sendProblem(res, { ...problem, headers: { ...problem.headers, allow } })
}
