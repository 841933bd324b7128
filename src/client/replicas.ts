type Send = (input: Request, init?: RequestInit) => Promise<Response>

/** Repeating them does no more than doing them once (RFC 9110, section 9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/** Told by Node when no connection was made, so that the request reached nobody. Browsers do not tell. */
const UNREACHED: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
])

/**
 * Several services that are the same one: what one of them cannot answer is asked of the next. It stays with the one that
 * answered last.
 *
 * | what happened | is asked of the next |
 * |---|---|
 * | no connection was made, or the answer was 503 `manager-closed` | always: nothing was done |
 * | the connection broke, or the answer was another 503 | what is idempotent, or has an `Idempotency-Key` |
 * | the answer was 409 `files-elsewhere` | GET: another one may have them |
 *
 * When all have been asked, that one is not there, or not well, counts for more than that others have no files: it may have them,
 * and come back.
 */
export class Replicas {
  readonly #urls: readonly string[]
  readonly #send: Send
  readonly #Request: typeof Request
  #at = 0

  /** @param urls at least one; requests come with the first of them */
  constructor(urls: readonly string[], send: Send, RequestClass: typeof Request) {
    // As fetch spells them, so that they are found again in the URLs of requests.
    this.#urls = urls.map((url) => withoutSlash(new RequestClass(url).url))
    this.#send = send
    this.#Request = RequestClass
  }

  /** Where the next request goes to. */
  get current(): number {
    return this.#at
  }

  /** A stream of this one broke off, or it has gone silent: unless somebody noticed before, the next request goes to another. */
  moveOn(from: number): void {
    if (from === this.#at) this.#at = (from + 1) % this.#urls.length
  }

  /** Asks one after the other, each once. Answers, or fails, as the service does when none of them is well. */
  async fetch(request: Request, init?: RequestInit): Promise<Response> {
    const [first] = this.#urls
    // Called as a function: a browser's fetch is none of our methods.
    const send = this.#send
    // The caller has named another service for this one request.
    if (!request.url.startsWith(first!)) return send(request, init)
    const path = request.url.slice(first!.length)
    const copy = await copier(request, this.#Request)
    const again = isRepeatable(request)
    let unavailable: Response | undefined
    let elsewhere: Response | undefined
    let failure: unknown
    for (
      let tries = 0, at = this.#at;
      tries < this.#urls.length;
      tries++, at = (at + 1) % this.#urls.length
    ) {
      try {
        const response = await arrived(await send(copy(this.#urls[at]! + path), init))
        if (!(await isForAnother(response, request, again))) {
          if (response.status !== 503) this.#at = at
          return response
        }
        if (response.status === 503) unavailable = response
        else elsewhere = response
      } catch (error) {
        if (request.signal.aborted || !(again || isUnreached(error))) throw error
        failure = error
      }
    }
    if (unavailable !== undefined) return unavailable
    if (failure === undefined && elsewhere !== undefined) return elsewhere
    throw failure
  }
}

function withoutSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : url
}

/** A condition may have held the first time and not the second, because of what the first did. */
function isRepeatable({ method, headers }: Request): boolean {
  if (headers.has('idempotency-key')) return true
  return (
    IDEMPOTENT.has(method) && !(method === 'PUT' && (headers.has('if-match') || headers.has('if-none-match')))
  )
}

function isUnreached(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return typeof cause === 'object' && cause !== null && 'code' in cause && UNREACHED.has(cause.code)
}

async function isForAnother(response: Response, { method }: Request, again: boolean): Promise<boolean> {
  if (response.status === 503) return again || has(response, 'manager-closed')
  return response.status === 409 && method === 'GET' && has(response, 'files-elsewhere')
}

/** The answer has arrived whole, and is left to be read by the caller. */
async function has(response: Response, code: string): Promise<boolean> {
  return (await response.clone().text()).includes(`"${code}"`)
}

/** Makes the same request to other URLs. Its body is read first: a body that is streamed can be sent only once. */
async function copier(request: Request, RequestClass: typeof Request): Promise<(url: string) => Request> {
  const {
    method,
    headers,
    signal,
    mode,
    credentials,
    cache,
    redirect,
    referrerPolicy,
    integrity,
    keepalive,
  } = request
  const bytes = method === 'GET' || method === 'HEAD' ? undefined : await request.arrayBuffer()
  const body = bytes !== undefined && bytes.byteLength > 0 ? { body: bytes } : {}
  const same = {
    method,
    headers,
    signal,
    mode,
    credentials,
    cache,
    redirect,
    referrerPolicy,
    integrity,
    keepalive,
  }
  return (url) => new RequestClass(url, { ...same, ...body })
}

/** An answer that is not streamed counts when all of it is there: a service may die in the middle of it. */
async function arrived(response: Response): Promise<Response> {
  const type = response.headers.get('content-type') ?? ''
  if (response.status === 503 || /^application\/(problem\+)?json\b/.test(type))
    await response.clone().arrayBuffer()
  return response
}
