import type { Request, RequestHandler, Response } from 'express'
import type { ParsedUrlQuery } from 'node:querystring'
import { MajordomoError } from '../core/errors.ts'
import { parametersOf, sliceOf, type Document, type Place } from './document.ts'
import { stagesOf } from './stages.ts'
import { suspicious } from './suspicious.ts'
import { endless, faultsOf, unknownParameters } from './faults.ts'

/** A request as far as the API document speaks of it. Validating turns texts into numbers and lists, and fills in defaults. */
export interface Input {
  params: Record<string, unknown>
  query: Record<string, unknown>
  /** Only those headers that the document names, in lower case. */
  headers: Record<string, unknown>
  body: unknown
}

export interface RawInput {
  readonly params: Record<string, string>
  readonly query: ParsedUrlQuery
  readonly headers: Request['headers']
  readonly body: unknown
}

/** Checks an answer; throws an error that tells how it does not fit the document. */
export type AnswerCheck = (status: number, type: string, body: unknown) => void

export interface Checked {
  readonly input: Input
  readonly checkAnswer: AnswerCheck
}

/** The library asks the app how its routes match. It gets this one, so that it depends on nothing in the host's. */
const NO_APP = Object.freeze({ enabled: () => false })

/**
 * Validates the requests of one operation with express-openapi-validator. The library is handed a slice of the
 * document with this one operation, because its cost grows with the number of routes; and a plain view of the request
 * instead of the request itself: with a fixed content type, as it keeps a compiled validator for each that it meets,
 * and with a path that always matches, as it lets pass without a check whatever it does not find.
 */
export class OperationValidator {
  readonly #stages: readonly RequestHandler[]
  readonly #method: string
  readonly #path: string
  readonly #takesBody: boolean
  readonly #queryNames: ReadonlySet<string>
  readonly #headerNames: readonly string[]

  constructor(document: Document, place: Place, validateResponses: boolean) {
    const parameters = parametersOf(document, place)
    const names = (where: string) =>
      parameters.filter((parameter) => parameter.in === where).map(({ name }) => name)
    this.#method = place.method.toUpperCase()
    this.#path = place.path
    this.#takesBody = place.body !== 'none'
    this.#queryNames = new Set(names('query'))
    this.#headerNames = names('header').map((name) => name.toLowerCase())
    const slice = sliceOf(document, place, { responses: validateResponses })
    this.#stages = stagesOf(slice, place, validateResponses)
  }

  /** @throws {MajordomoError} `invalid-request`, with every fault */
  async check(raw: RawInput): Promise<Checked> {
    const faults = [...unknownParameters(raw.query, this.#queryNames), ...suspicious(raw.body)]
    const view = this.#view(raw)
    const answer = {
      statusCode: 200,
      type: '',
      getHeaders: () => ({ 'content-type': answer.type }),
      json: () => undefined,
    }
    let failure: unknown
    try {
      await passed(this.#stages, view, answer, (error) => (failure = error))
    } catch (error) {
      faults.push(...faultsOf(error, view).filter(({ path }) => !faults.some((told) => told.path === path)))
    }
    faults.push(...endless(view.query))
    if (faults.length > 0) throw new MajordomoError('invalid-request', undefined, { faults })
    // It lets pass what it does not recognise; that must never happen unseen.
    if (view.openapi === undefined) throw new Error(`${this.#method} ${this.#path} was not validated`)
    return {
      input: view,
      checkAnswer: (status, type, body) => {
        answer.statusCode = status
        answer.type = type
        ;(answer.json as (body: unknown) => unknown)(body)
        if (failure !== undefined) throw failure
      },
    }
  }

  #view(raw: RawInput): Input & { readonly openapi?: unknown } {
    const headers: Record<string, unknown> = {}
    for (const name of this.#headerNames)
      if (raw.headers[name] !== undefined) headers[name] = raw.headers[name]
    if (this.#takesBody) headers['content-type'] = 'application/json'
    return {
      app: NO_APP,
      method: this.#method,
      url: this.#path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        encodeURIComponent(raw.params[name] ?? ''),
      ),
      path: this.#path,
      baseUrl: '',
      // Only read for characters that a query should have escaped; it is stricter there than any browser or curl.
      originalUrl: '/',
      params: {},
      query: { ...raw.query },
      headers,
      body: raw.body,
    } as Input
  }
}

/** Resolves once every stage has let the request pass; an error after that, of a later answer, goes to `late`. */
function passed(
  stages: readonly RequestHandler[],
  view: object,
  answer: object,
  late: (error: unknown) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const step = (i: number, error?: unknown): void => {
      if (error !== undefined && error !== null) {
        late(error)
        reject(error)
      } else if (i === stages.length) resolve()
      else void stages[i]!(view as Request, answer as Response, (thrown?: unknown) => step(i + 1, thrown))
    }
    step(0)
  })
}
