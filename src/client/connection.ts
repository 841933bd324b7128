import createFetchClient, {
  type Client as FetchClient,
  type ClientOptions as FetchOptions,
} from 'openapi-fetch'
import type { paths } from '../../generated/types.ts'
import { Replicas } from './replicas.ts'

/** Everything of the API, typed by its document: `raw.GET('/tasks/{id}', { params: { path: { id } } })`. */
export type RawClient = FetchClient<paths, Media>

/** Of output only pages are told as data; its other forms are streams. */
type Media = 'application/json' | 'application/problem+json'

type Headers = Readonly<Record<string, string>>

/** `credentials`, `mode`, `cache` and the like go to each `fetch`. */
export interface ClientOptions extends Omit<FetchOptions, 'baseUrl' | 'headers'> {
  /**
   * Where the service has mounted its router, for example `https://files.example/housekeeping`; in a browser a path will do.
   * Of a service that runs as several replicas a list: the next one is asked when one cannot be reached or answers 503. What
   * is not safe to repeat is only asked again where the first surely got nothing of it; `create` is always safe. Files are looked
   * for at each of them.
   */
  readonly baseUrl: string | readonly string[]
  /** Sent with each request. A function is asked for each request anew, also when a stream connects again: for tokens that expire. */
  readonly headers?: Headers | (() => Headers | Promise<Headers>)
  /** How streams come back after they broke off. */
  readonly reconnect?: ReconnectOptions
}

export interface ReconnectOptions {
  /** The first wait in milliseconds, doubled each time that fails; 500 by default. The service may ask for another. */
  readonly least?: number
  /** The longest wait in milliseconds; 30,000 by default. */
  readonly most?: number
  /** A service that sends nothing at all, not even its sign of life, for so many milliseconds is given up; 60,000 by default. */
  readonly silence?: number
}

/** What the parts of the client share. */
export interface Connection {
  readonly raw: RawClient
  readonly reconnect: Required<ReconnectOptions>
  /** Undefined where the service has one URL. */
  readonly replicas: Replicas | undefined
}

/** @throws {TypeError} for an empty list of URLs */
export function connection(options: ClientOptions): Connection {
  const { baseUrl, headers, reconnect = {}, ...rest } = options
  const [first, ...more] = typeof baseUrl === 'string' ? [baseUrl] : baseUrl
  if (first === undefined)
    throw new TypeError('expected "baseUrl" to have at least one URL, got an empty list')
  const replicas =
    more.length === 0
      ? undefined
      : new Replicas([first, ...more], rest.fetch ?? globalThis.fetch, rest.Request ?? globalThis.Request)
  const raw = createFetchClient<paths, Media>({
    ...rest,
    baseUrl: first,
    ...(replicas !== undefined && {
      fetch: (...asked: Parameters<Replicas['fetch']>) => replicas.fetch(...asked),
    }),
    ...(typeof headers === 'object' && { headers }),
  })
  if (typeof headers === 'function') {
    raw.use({
      async onRequest({ request }) {
        for (const [name, value] of Object.entries(await headers())) request.headers.set(name, value)
      },
    })
  }
  const { least = 500, most = 30_000, silence = 60_000 } = reconnect
  return { raw, reconnect: { least, most, silence }, replicas }
}
