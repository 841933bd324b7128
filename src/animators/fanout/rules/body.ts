import { invalidOption, messageOf } from '../../../core/errors.ts'
import type { FanOutRequest } from '../request.ts'
import { hiddenOption } from './hidden-option.ts'

/** What is sent after the headers. */
export interface Body {
  readonly bytes: string | Uint8Array | null
  /** It was given as JSON, so its type is known. */
  readonly json: boolean
}

export const NO_BODY: Body = Object.freeze({ bytes: null, json: false })

/** `Buffer.from` would take anything for base64. */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** The request's own body; undefined where it has none. @throws {MajordomoError} `invalid-option` naming the field */
export function bodyIn(request: Partial<FanOutRequest>, field: string): Body | undefined {
  const { body, bodyBase64, json } = request
  const given = [body, bodyBase64, json].filter((each) => each !== undefined).length
  if (given === 0) return undefined
  if (given > 1) throw hiddenOption(field, 'a request with one of body, bodyBase64 and json')
  if (json !== undefined) return { bytes: jsonText(json, `${field}.json`), json: true }
  if (bodyBase64 !== undefined) return { bytes: decoded(bodyBase64, `${field}.bodyBase64`), json: false }
  if (typeof body !== 'string' && !(body instanceof Uint8Array))
    throw invalidOption(`${field}.body`, 'a string or a Uint8Array', body)
  return { bytes: body, json: false }
}

function jsonText(value: unknown, field: string): string {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (error) {
    throw hiddenOption(field, `JSON (${messageOf(error)})`)
  }
  if (text === undefined) throw invalidOption(field, 'JSON', value)
  return text
}

function decoded(value: unknown, field: string): Uint8Array {
  if (typeof value === 'string' && value.length % 4 === 0 && BASE64.test(value))
    return Buffer.from(value, 'base64')
  throw hiddenOption(field, 'base64 (RFC 4648, section 4)')
}
