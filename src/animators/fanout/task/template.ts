import { addressIn } from '../rules/addresses.ts'

/** A name, or an address of IPv6 in brackets, with or without a port. */
const HOST = /^(?:[\p{L}\p{M}\p{N}._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/u
const EXPRESSION = /\{([A-Za-z0-9_.]+)\}/

/** A text, or the name of a variable. */
interface Part {
  readonly text: string
  readonly variable: boolean
  readonly inHost: boolean
}

/** What is wrong with one value. */
export interface Misfit {
  readonly name: string
  readonly message: string
}

/**
 * A URL with variables (RFC 6570, level 1), as `https://{host}:{port}/systems/{id}`. Values are percent-encoded; where the
 * host stands they have to be what fits there. The scheme is part of the text.
 */
export class UrlTemplate {
  /** Of its variables, each once. */
  readonly names: readonly string[]
  readonly #parts: readonly Part[]

  private constructor(parts: readonly Part[]) {
    this.#parts = parts
    this.names = [...new Set(parts.filter(({ variable }) => variable).map(({ text }) => text))]
  }

  /** The template, or what is wrong with it. */
  static of(text: string): UrlTemplate | string {
    const scheme = /^https?:\/\//i.exec(text)?.[0]
    if (scheme === undefined) return 'must begin with http:// or https://'
    const end = scheme.length + /[/?#\\]|$/.exec(text.slice(scheme.length))!.index
    const parts: Part[] = []
    let at = 0
    for (const [i, piece] of text.split(new RegExp(EXPRESSION, 'g')).entries()) {
      const variable = i % 2 === 1
      if (!variable && /[{}]/.test(piece)) return 'has braces that are no variable such as {target}'
      if (piece !== '') parts.push({ text: piece, variable, inHost: at < end })
      at += piece.length + (variable ? 2 : 0)
    }
    return parts.some(({ variable }) => variable)
      ? new UrlTemplate(parts)
      : 'has no variable such as {target}'
  }

  /** The URL with these values, or the first that does not fit. */
  expanded(values: Readonly<Record<string, string>>): string | Misfit {
    let url = ''
    for (const { text, variable, inHost } of this.#parts) {
      if (!variable) {
        url += text
        continue
      }
      const value = Object.hasOwn(values, text) ? values[text]! : undefined
      if (value === undefined) return { name: text, message: 'is required, because source.url has it' }
      const encoded = inHost ? hostOf(value) : encodedValue(value)
      if (encoded === undefined)
        return {
          name: text,
          message: inHost ? 'must be what fits a host' : 'must be a text of whole characters',
        }
      url += encoded
    }
    // Dots have no other form than themselves, and such a segment would lead out of the path that the template gives.
    const path = /^[^:]+:\/\/[^/?#\\]*([^?#]*)/.exec(url)![1]!
    const leads = path.split(/[/\\]/).some((segment) => segment === '.' || segment === '..')
    return leads ? { name: '', message: 'must not make a path with . or .. as a segment' } : url
  }
}

function hostOf(value: string): string | undefined {
  if (value.includes(':') && !value.startsWith('[') && addressIn(value) !== undefined) return `[${value}]`
  return HOST.test(value) ? value : undefined
}

/** Everything but unreserved characters (RFC 3986, section 2.3) encoded. */
function encodedValue(value: string): string | undefined {
  try {
    return encodeURIComponent(value).replaceAll(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    )
  } catch {
    return undefined
  }
}
