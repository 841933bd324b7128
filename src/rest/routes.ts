import { MajordomoError } from '../core/errors.ts'
import type { OperationId } from '../../generated/operations.ts'
import type { OperationTable, Place } from './document.ts'

/** What is found at a path. */
export interface Route {
  readonly params: Record<string, string>
  /** Method, in capitals, to operation. */
  readonly operations: ReadonlyMap<string, OperationId>
}

interface Branch {
  readonly fixed: Map<string, Branch>
  readonly operations: Map<string, OperationId>
  parameter?: { readonly name: string; readonly branch: Branch }
  /** What stands behind it takes all that is left. */
  rest?: { readonly name: string; readonly operations: Map<string, OperationId> }
}

/**
 * The paths of the API as a tree of segments, so that finding one costs the same however many there are.
 * Upper and lower case differ, empty segments match nothing, and one slash at the end is overlooked.
 */
export class Routes {
  readonly #root = branch()

  constructor(operations: OperationTable) {
    for (const [id, place] of Object.entries(operations)) this.#add(place, id as OperationId)
  }

  #add({ path, method, rest: takesRest = false }: Place, id: OperationId): void {
    const segments = path.split('/').slice(1)
    const last = takesRest ? segments.pop() : undefined
    let at = this.#root
    for (const segment of segments)
      at = segment.startsWith('{') ? parameter(at, segment.slice(1, -1)) : fixed(at, segment)
    const found = last === undefined ? at.operations : rest(at, last.slice(1, -1))
    found.set(method.toUpperCase(), id)
  }

  /**
   * @param path as it came, still percent-encoded
   * @throws {MajordomoError} `invalid-request` when the encoding of a parameter is broken
   */
  find(path: string): Route | undefined {
    const segments = path.split('/')
    if (segments.length > 2 && segments.at(-1) === '') segments.pop()
    const params: Record<string, string> = {}
    let at = this.#root
    for (let i = 1; i < segments.length; i++) {
      const segment = segments[i]!
      const next = at.fixed.get(segment)
      if (next !== undefined) at = next
      else if (at.rest !== undefined) {
        const left = segments.slice(i)
        if (left.includes('')) return undefined
        const { name, operations } = at.rest
        params[name] = left.map((part) => decoded(part, name)).join('/')
        return { params, operations }
      } else if (at.parameter === undefined || segment === '') return undefined
      else {
        params[at.parameter.name] = decoded(segment, at.parameter.name)
        at = at.parameter.branch
      }
    }
    return at.operations.size === 0 ? undefined : { params, operations: at.operations }
  }
}

function branch(): Branch {
  return { fixed: new Map(), operations: new Map() }
}

function fixed(at: Branch, segment: string): Branch {
  const next = at.fixed.get(segment) ?? branch()
  at.fixed.set(segment, next)
  return next
}

function parameter(at: Branch, name: string): Branch {
  at.parameter ??= { name, branch: branch() }
  return at.parameter.branch
}

function rest(at: Branch, name: string): Map<string, OperationId> {
  at.rest ??= { name, operations: new Map() }
  return at.rest.operations
}

function decoded(segment: string, name: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    const message = 'is not percent-encoded as it should be'
    throw new MajordomoError('invalid-request', `${name} ${message}`, { faults: [{ path: name, message }] })
  }
}
