import { document as generated } from '../../generated/document.ts'
import type { OperationId } from '../../generated/operations.ts'

/** As much of OpenAPI 3.1 as is looked at here. */
export interface Document {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string }
  readonly servers?: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export interface PathItem {
  readonly parameters?: readonly (Parameter | Reference)[]
  readonly [method: string]: unknown
}

export interface Operation {
  readonly parameters?: readonly (Parameter | Reference)[]
  readonly requestBody?: unknown
  readonly responses: Readonly<Record<string, unknown>>
}

export interface Parameter {
  readonly name: string
  readonly in: 'query' | 'header' | 'path' | 'cookie'
}

export interface Reference {
  readonly $ref: string
}

/** Where each operation is found. */
export type OperationTable = Readonly<Record<OperationId, Place>>

export interface Place {
  readonly method: string
  readonly path: string
  readonly body: 'none' | 'optional' | 'required'
  /** Whether the body may be a form with files. */
  readonly form?: boolean
  /** Whether the last parameter is all that is left of the path, slashes included. */
  readonly rest?: boolean
}

/** The API document, as it was generated. */
export const apiDocument = generated as unknown as Document

/** The parameters of an operation, its path's included. */
export function parametersOf(document: Document, { path, method }: Place): Parameter[] {
  const item = document.paths[path]!
  return [...(item.parameters ?? []), ...((item[method] as Operation).parameters ?? [])].map((parameter) =>
    '$ref' in parameter ? (lookup(document, parameter.$ref) as Parameter) : parameter,
  )
}

/**
 * A document of one operation and the components that it refers to. Validating against it costs the same however many
 * other operations there are. `responses: false` leaves the answers out.
 */
export function sliceOf(
  document: Document,
  { path, method }: Place,
  { responses }: { responses: boolean },
): Document {
  const item = document.paths[path]!
  const operation = item[method] as Operation
  const kept = responses ? operation : { ...operation, responses: { default: { description: 'Any' } } }
  const paths = { [path]: { ...(item.parameters && { parameters: item.parameters }), [method]: kept } }
  const slice = {
    openapi: document.openapi,
    info: document.info,
    servers: [{ url: '/' }],
    paths,
    components: {},
  }
  return structuredClone({ ...slice, components: reachable(document, paths) })
}

function reachable(document: Document, from: unknown): Record<string, Record<string, unknown>> {
  const components: Record<string, Record<string, unknown>> = {}
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return
    for (const [key, value] of Object.entries(part)) {
      if (key !== '$ref' || typeof value !== 'string') visit(value)
      else {
        const [kind, name] = value.split('/').slice(2) as [string, string]
        if (components[kind]?.[name] !== undefined) continue
        const found = lookup(document, value)
        components[kind] = { ...components[kind], [name]: found }
        visit(found)
      }
    }
  }
  visit(from)
  return components
}

function lookup(document: Document, ref: string): unknown {
  const [kind, name] = ref.split('/').slice(2) as [string, string]
  const found = document.components[kind]?.[name]
  if (found === undefined) throw new Error(`the API document refers to ${ref}, which it does not have`)
  return found
}
