import express, { type Request, type Response } from 'express'
import { MajordomoError } from '../core/errors.ts'

/** Reads the body of a request, wherever it is by now. */
export type BodyReader = (req: Request, res: Response) => Promise<unknown>

/** A reader of JSON bodies of at most `limit` bytes; it answers undefined where there is no body. */
export function bodyReader(limit: number): BodyReader {
  const parse = express.json({ limit, strict: false, type: () => true })
  return async (req, res) => {
    if (!hasBody(req)) return undefined
    requireJson(req.headers['content-type'])
    return req.readableEnded ? parsedByHost(req.body) : await parsed(req, res, parse)
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
