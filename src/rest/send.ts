import type { ServerResponse } from 'node:http'
import type { ProblemAnswer } from './problems.ts'

/**
 * Answers are sent by node's own means: Express would hash each body for an ETag that we do not use, which costs more
 * than the rest of a small answer.
 */

type Headers = Readonly<Record<string, string>>

/** What belongs to somebody may be kept by that one's browser, and has to be asked for again before it is shown. */
const COMMON = { 'cache-control': 'private, no-cache', 'x-content-type-options': 'nosniff' }

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Headers = {},
  type = 'application/json',
): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    ...COMMON,
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(text),
    ...headers,
  })
  response.end(text)
}

export function sendEmpty(response: ServerResponse, status: number, headers: Headers = {}): void {
  response.writeHead(status, { ...COMMON, ...headers })
  response.end()
}

export function sendProblem(response: ServerResponse, { status, headers, body }: ProblemAnswer): void {
  sendJson(response, status, body, { 'cache-control': 'no-store', ...headers }, 'application/problem+json')
}

/** Opens an answer that is written bit by bit; neither proxies nor a compressing host may hold it back. */
export function sendHead(
  response: ServerResponse,
  status: number,
  type: string,
  headers: Headers = {},
): void {
  response.writeHead(status, {
    ...COMMON,
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    'content-type': `${type}; charset=utf-8`,
    ...headers,
  })
  response.flushHeaders()
}
