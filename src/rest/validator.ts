import type { Request } from 'express'
import type { ParsedUrlQuery } from 'node:querystring'
import { MajordomoError } from '../core/errors.ts'
import { parametersOf, sliceOf, type Document, type Place } from './document.ts'
import { endless, faultsOf, unknownParameters } from './faults.ts'
import { checksOf, type Checks, type View } from './library.ts'
import { suspicious } from './suspicious.ts'

const NO_BODY = Object.freeze({ path: '', message: 'a body is required' })

/** Answers are checked alike whatever was asked. */
const NO_INPUT: RawInput = Object.freeze({ params: {}, query: {}, headers: {}, body: undefined })

/** A request as far as the API document speaks of it. */
export interface RawInput {
  readonly params: Record<string, string>
  readonly query: ParsedUrlQuery
  readonly headers: Request['headers']
  readonly body: unknown
}

/** The same as the document says: numbers and lists where there were texts, and defaults filled in. */
export interface Input {
  readonly params: Record<string, unknown>
  readonly query: Record<string, unknown>
  /** Only those headers that the document names, in lower case. */
  readonly headers: Record<string, unknown>
  readonly body: unknown
}

/**
 * Validates the requests of one operation with express-openapi-validator. The library is handed a slice of the document
 * with this one operation, because its cost grows with the number of routes; and a plain view of the request instead of
 * the request itself: with a fixed content type, as it keeps a compiled validator for each that it meets, and with its
 * operation found already, as it lets pass without a check whatever it does not find.
 */
export class OperationValidator {
  readonly #checks: Checks
  readonly #method: string
  readonly #path: string
  readonly #takesBody: boolean
  readonly #needsBody: boolean
  readonly #queryNames: ReadonlySet<string>
  readonly #headerNames: readonly string[]

  /** @throws when the document does not hold */
  constructor(document: Document, place: Place, validateResponses: boolean) {
    const parameters = parametersOf(document, place)
    const names = (where: string) =>
      parameters.filter((parameter) => parameter.in === where).map(({ name }) => name)
    this.#method = place.method.toUpperCase()
    this.#path = place.path
    this.#takesBody = place.body !== 'none'
    this.#needsBody = place.body === 'required'
    this.#queryNames = new Set(names('query'))
    this.#headerNames = names('header').map((name) => name.toLowerCase())
    this.#checks = checksOf(
      sliceOf(document, place, { responses: validateResponses }),
      place,
      validateResponses,
    )
  }

  /** @throws {MajordomoError} `invalid-request`, with every fault */
  check(raw: RawInput): Input {
    // The library lets it pass where no property is required.
    if (this.#needsBody && raw.body === undefined)
      throw new MajordomoError('invalid-request', undefined, { faults: [NO_BODY] })
    const view = this.#view(raw)
    const faults = [...unknownParameters(raw.query, this.#queryNames), ...suspicious(raw.body)]
    try {
      this.#checks.request(view)
    } catch (error) {
      const told = new Set(faults.map(({ path }) => path))
      faults.push(...faultsOf(error, view).filter(({ path }) => !told.has(path)))
    }
    faults.push(...endless(view.query))
    if (faults.length > 0) throw new MajordomoError('invalid-request', undefined, { faults })
    return view
  }

  /** @throws an error that tells how the answer does not fit the document */
  checkAnswer(status: number, type: string, body: unknown): void {
    this.#checks.answer?.(this.#view(NO_INPUT), status, type, body)
  }

  #view(raw: RawInput): View {
    const headers: Record<string, unknown> = {}
    for (const name of this.#headerNames)
      if (raw.headers[name] !== undefined) headers[name] = raw.headers[name]
    if (this.#takesBody) headers['content-type'] = 'application/json'
    return {
      method: this.#method,
      path: this.#path,
      // Only read for characters that a query should have escaped; it is stricter there than any browser or curl.
      originalUrl: '/',
      headers,
      openapi: {},
      params: raw.params,
      query: { ...raw.query },
      body: raw.body,
    }
  }
}
