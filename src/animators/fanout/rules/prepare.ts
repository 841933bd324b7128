import { invalidOption, MajordomoError, type Fault } from '../../../core/errors.ts'
import { booleanIn, known, stringIn } from '../../../core/options.ts'
import { VERSION } from '../../../core/version.ts'
import type { ConnectionPolicy, Policy, Prepared } from '../prepared.ts'
import { METHODS, type FanOutRequest, type Method } from '../request.ts'
import { bodyIn, NO_BODY, type Body } from './body.ts'
import type { ConnectionPolicies } from './connections.ts'
import { FIELD_VALUE, withDefault, withHeaders, type HeaderList } from './headers.ts'
import { hiddenOption } from './hidden-option.ts'
import { Policies } from './policies.ts'
import { queryIn } from './query.ts'
import { queryOf, Targets, withQuery, type Query, type Target } from './urls.ts'

/** More faults than this help nobody. */
const MOST_FAULTS = 50
const LONGEST_NAME = 200

/** What a field of a request bears on, so that what it does not touch is taken from the source as it is. */
const POLICY = 1
const CONNECTIONS = 2
const BODY = 4
const OTHER = 8
const FIELDS: ReadonlyMap<string, number> = new Map([
  ...['timeout', 'retry', 'redirects', 'success', 'keep'].map((name) => [name, POLICY] as const),
  ...['transport', 'tls'].map((name) => [name, CONNECTIONS] as const),
  ...['body', 'bodyBase64', 'json'].map((name) => [name, BODY] as const),
  ...['id', 'method', 'url', 'query', 'headers', 'secret', 'ignore', 'idempotent'].map(
    (name) => [name, OTHER] as const,
  ),
])
const METHOD_NAMES: ReadonlySet<unknown> = new Set(METHODS)
const IDEMPOTENT: ReadonlySet<Method> = new Set(METHODS.slice(0, 5))

export interface PreparerOptions {
  readonly source?: Partial<FanOutRequest> | undefined
  /** Stands first in the User-Agent. */
  readonly serviceName?: string | undefined
  /** Ids of requests begin with it, where they have none of their own. */
  readonly listId: string
  readonly connections: ConnectionPolicies
}

/**
 * Makes the requests of one list from its source and what each of them changes in it. Fields of a request go before
 * those of the source: `timeout`, `retry`, `transport`, `tls` and `keep` name by name, `headers` and `query` too, and any
 * body in place of any other.
 */
export class Preparer {
  readonly #source: Partial<FanOutRequest>
  readonly #listId: string
  readonly #connections: ConnectionPolicies
  readonly #policies: Policies
  readonly #usualConnections: ConnectionPolicy
  readonly #headers: HeaderList
  readonly #parameters: Readonly<Record<string, string>>
  readonly #query: Query
  readonly #body: Body
  readonly #target: Target | undefined
  readonly #targets = new Targets()

  /** @throws {MajordomoError} `invalid-option` naming the field of the source */
  constructor({ source = {}, serviceName, listId, connections }: PreparerOptions) {
    touchedBy(source, 'source')
    this.#source = { ...source, ...ownFields(source, 'source') }
    this.#listId = listId
    this.#connections = connections
    this.#policies = new Policies(source, 'source')
    this.#usualConnections = connections.of({}, source, 'source')
    this.#headers = withHeaders(
      withHeaders([], { 'user-agent': userAgent(serviceName) }, 'source.headers'),
      source.headers ?? {},
      'source.headers',
    )
    this.#parameters = source.query === undefined ? {} : queryIn(source.query, 'source.query')
    this.#query = queryOf(this.#parameters)
    this.#body = bodyIn(source, 'source') ?? NO_BODY
    this.#target = source.url === undefined ? undefined : targetOf(source.url, this.#targets, 'source.url')
  }

  /** @throws {MajordomoError} `invalid-option` naming the field, as in `items[3].timeout.headers` */
  prepare(request: Partial<FanOutRequest>, index: number): Prepared {
    const field = `items[${index}]`
    const source = this.#source
    const touched = touchedBy(request, field)
    const { id, method, secret, ignore, idempotent } = ownFields(request, field)
    const target =
      request.url === undefined ? this.#target : targetOf(request.url, this.#targets, `${field}.url`)
    if (target === undefined) throw invalidOption(`${field}.url`, 'an absolute URL', undefined)
    const query = request.query === undefined ? this.#query : this.#queryWith(request.query, `${field}.query`)
    const body = ((touched & BODY) === 0 ? undefined : bodyIn(request, field)) ?? this.#body
    const sentBy = method ?? source.method ?? 'GET'
    return {
      index,
      id: id ?? source.id ?? `${this.#listId}-${index}`,
      method: sentBy,
      shown: withQuery(target.shown, query.shown),
      origin: target.origin,
      path: withQuery(target.path, query.sent),
      headers: this.#headersOf(request, target, body, field),
      body: body.bytes,
      policy: this.#policyOf(touched, request, field),
      connections: this.#connectionsOf(touched, request, field),
      idempotent: idempotent ?? source.idempotent ?? IDEMPOTENT.has(sentBy),
      ignore: ignore ?? source.ignore ?? false,
      secret: secret ?? source.secret,
    }
  }

  /** All of them, or every fault of all of them, 50 at most. @throws {MajordomoError} `invalid-option` */
  prepareAll(requests: readonly Partial<FanOutRequest>[]): Prepared[] {
    const prepared: Prepared[] = []
    const faults: Fault[] = []
    for (let i = 0; i < requests.length && faults.length < MOST_FAULTS; i++) {
      try {
        prepared.push(this.prepare(requests[i]!, i))
      } catch (error) {
        if (!MajordomoError.is(error)) throw error
        faults.push(...error.faults)
      }
    }
    if (faults.length === 0) return prepared
    throw new MajordomoError('invalid-option', faults.map(({ message }) => message).join('; '), { faults })
  }

  #policyOf(touched: number, request: Partial<FanOutRequest>, field: string): Policy {
    return (touched & POLICY) === 0 ? this.#policies.usual : this.#policies.of(request, field)
  }

  #connectionsOf(touched: number, request: Partial<FanOutRequest>, field: string): ConnectionPolicy {
    return (touched & CONNECTIONS) === 0
      ? this.#usualConnections
      : this.#connections.of(this.#source, request, field)
  }

  #headersOf(request: Partial<FanOutRequest>, target: Target, body: Body, field: string): HeaderList {
    let headers =
      request.headers === undefined
        ? this.#headers
        : withHeaders(this.#headers, request.headers, `${field}.headers`)
    if (body.json) headers = withDefault(headers, 'content-type', 'application/json')
    if (target.authorization !== undefined)
      headers = withDefault(headers, 'authorization', target.authorization)
    return headers
  }

  #queryWith(query: unknown, field: string): Query {
    return queryOf({ ...this.#parameters, ...queryIn(query, field) })
  }
}

/** @throws {MajordomoError} `invalid-option` for a field that nobody reads */
function touchedBy(request: unknown, field: string): number {
  if (typeof request !== 'object' || request === null || Array.isArray(request))
    throw hiddenOption(field, "a request such as { url: 'https://bmc.example/' }")
  let touched = 0
  for (const name in request) {
    const group = FIELDS.get(name)
    if (group === undefined) known(request, FIELDS.keys(), field)
    else if ((request as Record<string, unknown>)[name] !== undefined) touched |= group
  }
  return touched
}

type OwnFields = Pick<Partial<FanOutRequest>, 'id' | 'method' | 'secret' | 'ignore' | 'idempotent'>

/** The fields that stand for themselves. */
function ownFields({ id, method, secret, ignore, idempotent }: OwnFields, field: string): OwnFields {
  if (id !== undefined) stringIn(id, `${field}.id`, LONGEST_NAME)
  if (method !== undefined && !METHOD_NAMES.has(method))
    throw invalidOption(`${field}.method`, `one of ${METHODS.join(', ')}`, method)
  if (secret !== undefined) stringIn(secret, `${field}.secret`, LONGEST_NAME)
  if (ignore !== undefined) booleanIn(ignore, `${field}.ignore`)
  if (idempotent !== undefined) booleanIn(idempotent, `${field}.idempotent`)
  return { id, method, secret, ignore, idempotent } as OwnFields
}

function targetOf(url: unknown, targets: Targets, field: string): Target {
  const target = typeof url === 'string' ? targets.read(url) : 'a string'
  if (typeof target !== 'string') return target
  // A URL that cannot be read may still hold a password, or a key in its query.
  if (typeof url === 'string' && /[@?]/.test(url)) throw hiddenOption(field, target)
  throw invalidOption(field, target, url)
}

function userAgent(serviceName: string | undefined): string {
  const name = stringIn(serviceName, 'serviceName', LONGEST_NAME)
  if (name === undefined) return `majordomo/${VERSION}`
  if (!new RegExp(FIELD_VALUE).test(name))
    throw invalidOption('serviceName', 'a name that fits a header', name)
  return `${name} majordomo/${VERSION}`
}
