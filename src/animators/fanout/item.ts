export type ItemState = 'SUCCEEDED' | 'FAILED' | 'IGNORED' | 'CANCELED'

/** What came of one request. */
export interface FanOutItem {
  /** Its place in the list, from 0. */
  readonly index: number
  readonly id: string
  readonly method: string
  /** As asked for, without user, password, and the values of secret parameters. */
  readonly url: string
  readonly state: ItemState
  /** When it was its turn (RFC 3339); absent where it never was. */
  readonly time?: string
  /** Of the last response, whatever came after it. */
  readonly status?: number
  /** How often it was begun; 0 where it never was. */
  readonly attempts: number
  readonly timings: ItemTimings
  /** Those asked for with `keep.headers`, in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  /** The body as text where it is UTF-8, else as base64. */
  readonly body?: string
  readonly encoding?: 'base64'
  /** The body was longer than what is kept. */
  readonly truncated?: true
  readonly error?: ItemError
  /** The server's certificate was not checked, because the request said so. */
  readonly insecure?: true
  /** Where it ended up, after redirects. */
  readonly redirectedTo?: string
  /** The connection was there already. */
  readonly reused?: true
  /** Sent again after an interruption in which it may have been sent already. */
  readonly resent?: true
  /** It may have reached the target although it failed: it was (perhaps) sent, and no answer came. */
  readonly perhapsSent?: true
}

/** Milliseconds. */
export interface ItemTimings {
  /** From the list's start to the request's turn. */
  readonly queued: number
  /** Of the last attempt: until its connection stood; absent where that was there already. */
  readonly connect?: number
  /** Of the last attempt: until the head of the response. */
  readonly firstByte?: number
  /** From its turn to its end, all attempts. */
  readonly total: number
}

export interface ItemError {
  readonly code: ItemErrorCode
  readonly message: string
}

/** Every code that an item's error may have, with a sentence of help. */
export const ITEM_ERRORS = {
  status: 'The last response has a status that does not count as success.',
  timeout: 'The whole took longer than `timeout.total`.',
  'connect-timeout': 'No connection within `timeout.connect`.',
  'tls-timeout': 'No TLS handshake within `timeout.tls`.',
  'headers-timeout': 'No complete head of a response within `timeout.headers`.',
  'body-timeout': 'The body paused for longer than `timeout.body`.',
  'name-not-found': 'The host name has no address.',
  'connection-refused': 'Nobody listens there.',
  'connection-failed': 'The connection could not be made.',
  'connection-lost': 'The connection ended before the response did.',
  'tls-failed': 'The TLS handshake failed, or the certificate is not to be trusted.',
  'bad-response': 'What came is not HTTP, or not what its head announced.',
  'bad-redirect': 'The redirect leads to no URL that can be asked.',
  'too-many-redirects': 'More redirects than `redirects`, or a circle of them.',
  'forbidden-target': 'The host does not allow requests to this origin or address.',
  'invalid-request': 'The request is not one that can be sent, by the rules of the service as it is now.',
  'unknown-secret': 'The host has no usable credentials of that name, or they are not for this target.',
  'no-descriptors': 'The process has no file descriptor left for a connection.',
  'perhaps-sent':
    'An interruption left open whether it was sent; it is not idempotent, so it was not sent again.',
  stopped: 'The list stopped because too many failed.',
  canceled: 'The list was canceled.',
} as const

export type ItemErrorCode = keyof typeof ITEM_ERRORS
