import type { ServerResponse } from 'node:http'
import type { ProblemAnswer } from './problems.ts'

/**
 * Answers are sent by node's own means: Express would hash each body for an ETag that we do not use. Headers are set one
 * by one, because `writeHead` takes a slow way on a response that has some already, and Express gives each one.
 */

type Headers = Readonly<Record<string, string>>

const NO_HEADERS: Headers = Object.freeze({})

/** What belongs to somebody may be kept by that one's browser, and has to be asked for again before it is shown. */
const CACHING = 'private, no-cache'

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers = NO_HEADERS,
): void {
  head(response, status, CACHING, headers)
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.end(JSON.stringify(body))
}

export function sendEmpty(response: ServerResponse, status: number, headers = NO_HEADERS): void {
  head(response, status, CACHING, headers)
  response.end()
}

/** @param sent resolves when the client has sent its request; the answer is there before, and the connection is kept so long */
export function sendProblem(
  response: ServerResponse,
  { status, headers, body }: ProblemAnswer,
  sent?: Promise<void>,
): void {
  head(response, status, 'no-store', headers)
  response.setHeader('content-type', 'application/problem+json; charset=utf-8')
  const text = JSON.stringify(body)
  if (sent === undefined) return void response.end(text)
  response.setHeader('content-length', Buffer.byteLength(text))
  response.write(text)
  void sent.then(() => response.end())
}

/** Opens an answer that is written bit by bit; neither proxies nor a compressing host may hold it back. */
export function sendHead(response: ServerResponse, status: number, type: string, headers = NO_HEADERS): void {
  head(response, status, 'no-store, no-transform', headers)
  response.setHeader('x-accel-buffering', 'no')
  response.setHeader('content-type', `${type}; charset=utf-8`)
  response.flushHeaders()
}

/** Opens an answer of bytes, whose headers tell about them; a compressing host would make them others than they say. */
export function sendContentHead(
  response: ServerResponse,
  status: number,
  type: string,
  headers = NO_HEADERS,
): void {
  head(response, status, `${CACHING}, no-transform`, headers)
  response.setHeader('content-type', type)
}

function head(response: ServerResponse, status: number, caching: string, headers: Headers): void {
  response.statusCode = status
  response.setHeader('cache-control', caching)
  response.setHeader('x-content-type-options', 'nosniff')
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}
