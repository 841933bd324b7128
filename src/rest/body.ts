import express, { type Request, type Response } from 'express'
import { MajordomoError, type Fault } from '../core/errors.ts'
import { DEEPEST, pointerToken } from '../core/json.ts'

/** Reads the body of a request, wherever it is by now. */
export type BodyReader = (req: Request, res: Response) => Promise<unknown>

/** A reader of JSON bodies of at most `limit` bytes; it answers undefined where there is no body. */
export function bodyReader(limit: number): BodyReader {
  const parse = express.json({ limit, strict: false, type: () => true })
  return async (req, res) => {
    if (!hasBody(req)) return undefined
    requireJson(req.headers['content-type'])
    const body = req.readableEnded ? parsedByHost(req.body) : await parsed(req, res, parse)
    const faults = [...suspicious(body)]
    if (faults.length > 0) throw new MajordomoError('invalid-request', undefined, { faults })
    return body
  }
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function requireJson(contentType: string | undefined): void {
  if (contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json') return
  const came = contentType === undefined ? 'no Content-Type' : JSON.stringify(contentType.slice(0, 80))
  throw new MajordomoError('unsupported-media-type', `expected a body of application/json, got ${came}`)
}

function parsed(req: Request, res: Response, parse: ReturnType<typeof express.json>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    parse(req, res, (error?: unknown) => {
      if (error === undefined || error === null) resolve(req.body)
      else reject(error)
    })
  })
}

/** A parser of the host's was there first: its JSON is taken as it is, its text or bytes are read. */
function parsedByHost(body: unknown): unknown {
  if (typeof body !== 'string' && !Buffer.isBuffer(body)) return body
  try {
    return JSON.parse(body.toString())
  } catch (cause) {
    throw new MajordomoError('invalid-request', 'the body is not JSON', {
      faults: [{ path: '', message: 'is not JSON' }],
      cause,
    })
  }
}

/** Keys that have served to change what every object inherits. */
const POISON = new Set(['__proto__', 'constructor'])

/** What JSON can say and no schema of ours can refuse in every corner: poisoned keys, numbers beyond all bounds, bottomless nesting. */
function* suspicious(value: unknown, path = '', depth = 0): Generator<Fault> {
  if (typeof value === 'number' && !Number.isFinite(value))
    yield { path, message: 'must be a number that can be told exactly' }
  if (typeof value !== 'object' || value === null) return
  if (depth === DEEPEST) return yield { path, message: `is nested deeper than ${DEEPEST} levels` }
  for (const [key, member] of Object.entries(value)) {
    const place = `${path}/${pointerToken(key)}`
    if (POISON.has(key)) yield { path: place, message: 'is not a property name that is taken' }
    else if (typeof member === 'object' || typeof member === 'number')
      yield* suspicious(member, place, depth + 1)
  }
}
