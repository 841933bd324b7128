import { messageOf } from '../../../core/errors.ts'
import type { ItemErrorCode } from '../item.ts'

/** What went wrong with a connection or a response, in the words of items. */
export interface RequestFault {
  readonly code: ItemErrorCode
  readonly message: string
  /** Another try may do better. */
  readonly passing: boolean
}

const BY_CODE: Readonly<Record<string, ItemErrorCode>> = {
  ECONNREFUSED: 'connection-refused',
  ENOTFOUND: 'name-not-found',
  EAI_AGAIN: 'name-not-found',
  EMFILE: 'no-descriptors',
  ENFILE: 'no-descriptors',
  'forbidden-target': 'forbidden-target',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'bad-response',
  UND_ERR_HEADERS_OVERFLOW: 'bad-response',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'bad-response',
}

/** Of Node's TLS and of OpenSSL's verification of certificates. */
const TLS =
  /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|ERROR_IN_|EPROTO)/

const PASSING: ReadonlySet<ItemErrorCode> = new Set([
  'connection-refused',
  'connection-failed',
  'connection-lost',
  'bad-response',
])

/** @param sent whether the request was on its way */
export function faultOf(error: unknown, sent: boolean): RequestFault {
  const code = codeOf(error)
  const found = BY_CODE[code] ?? general(code, error, sent)
  // One error for each address that was tried, and the whole says nothing.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  return {
    code: found,
    message: plain(messageOf(first)),
    passing: PASSING.has(found) || code === 'EAI_AGAIN',
  }
}

/** As OpenSSL tells it: `[thread:]error:code:library:function:reason[:file:line:more]`. */
const OPENSSL = /^.*?error:[0-9A-F]{8}:([^:]*):[^:]*:([^:]+)/s

/** One line, without where in OpenSSL's sources it came from. */
function plain(message: string): string {
  const [, library, reason] = OPENSSL.exec(message) ?? []
  if (reason === undefined) return message.trim().replaceAll(/\s+/g, ' ')
  return library === 'SSL routines' ? reason.trim() : `${library}: ${reason.trim()}`
}

function general(code: string, error: unknown, sent: boolean): ItemErrorCode {
  if (TLS.test(code)) return 'tls-failed'
  if (error instanceof Error && error.name === 'HTTPParserError') return 'bad-response'
  // undici says so where something comes that no request asked for.
  if (code === 'UND_ERR_SOCKET' && messageOf(error).startsWith('bad ')) return 'bad-response'
  return sent ? 'connection-lost' : 'connection-failed'
}

export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  return error instanceof AggregateError ? codeOf(error.errors[0]) : ''
}
