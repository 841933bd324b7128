import { createRequire } from 'node:module'
import type { ErrorObject, Options, ValidateFunction } from 'ajv'
import type { JsonSchema } from '../core/animator.ts'
import { invalidOption, messageOf, type Fault } from '../core/errors.ts'
import { pointerToken } from '../core/json.ts'

/** Answers every fault of a value; fills in the schema's defaults. */
export type Check = (value: unknown) => readonly Fault[]

/** More faults than this help nobody. */
const MOST_FAULTS = 50

/** Keywords that API documents use and that check nothing. */
const ANNOTATIONS = ['example', 'xml', 'externalDocs', 'discriminator', 'x-order', 'x-widget']

const AJV_OPTIONS: Options = {
  allErrors: true,
  useDefaults: true,
  strictTypes: false,
  strictRequired: false,
  strictTuples: false,
  verbose: true,
}

/**
 * Compiles argument schemas (JSON Schema 2020-12, with formats). The compiler is loaded with the first schema, so that
 * a host without one does not pay for it.
 */
export class SchemaCompiler {
  #compile: ((schema: JsonSchema) => ValidateFunction) | undefined

  /**
   * @param quiet never show what came, because the schema has secrets
   * @throws {MajordomoError} `invalid-option` for a schema that is not valid
   */
  compile(schema: JsonSchema, field: string, quiet: boolean): Check {
    let validate: ValidateFunction
    try {
      this.#compile ??= loadCompiler()
      validate = this.#compile(schema)
    } catch (error) {
      throw invalidOption(field, `a valid JSON Schema (${messageOf(error)})`, schema)
    }
    if ('$async' in validate) throw invalidOption(field, 'a schema without $async', schema)
    return (value) =>
      validate(value)
        ? []
        : (validate.errors ?? []).slice(0, MOST_FAULTS).map((error) => faultOf(error, quiet))
  }
}

function loadCompiler(): (schema: JsonSchema) => ValidateFunction {
  const require = createRequire(import.meta.url)
  const { Ajv2020 } = require('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js')
  const formats = require('ajv-formats') as typeof import('ajv-formats')
  const ajv = new Ajv2020(AJV_OPTIONS)
  for (const keyword of ANNOTATIONS) ajv.addKeyword(keyword)
  formats.default(ajv)
  return (schema) => ajv.compile(schema)
}

function faultOf(error: ErrorObject, quiet: boolean): Fault {
  const { keyword, instancePath, params, message = 'does not fit', data } = error
  const member =
    params['missingProperty'] ??
    params['additionalProperty'] ??
    params['unevaluatedProperty'] ??
    params['propertyName']
  const path = member === undefined ? instancePath : `${instancePath}/${pointerToken(String(member))}`
  if (keyword === 'required') return { path, message: 'is required' }
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties')
    return { path, message: 'is not known' }
  const allowed =
    keyword === 'enum'
      ? `: ${(params['allowedValues'] as unknown[]).map((value) => JSON.stringify(value)).join(', ')}`
      : ''
  return { path, message: `${message}${allowed}${quiet ? '' : came(data)}` }
}

function came(data: unknown): string {
  if (data === undefined) return ''
  const text = JSON.stringify(data)
  return `, got ${text.length > 80 ? `${text.slice(0, 80)}…` : text}`
}
