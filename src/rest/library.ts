import type { Response } from 'express'
import { RequestValidator } from 'express-openapi-validator/dist/middlewares/openapi.request.validator.js'
import { ResponseValidator } from 'express-openapi-validator/dist/middlewares/openapi.response.validator.js'
import { SchemaPreprocessor } from 'express-openapi-validator/dist/middlewares/parsers/schema.preprocessor.js'
import { OpenApiValidator } from 'express-openapi-validator/dist/openapi.validator.js'
import type { Document, Operation, Place } from './document.ts'

type ValidatedRequest = Parameters<RequestValidator['validate']>[0]
type Loaded = ConstructorParameters<typeof RequestValidator>[0]
type Responses = Parameters<ResponseValidator['_getOrBuildValidator']>[1]

/** What express-openapi-validator reads of a request, and changes: texts become numbers and lists, defaults are filled in. */
export interface View {
  readonly method: string
  readonly path: string
  readonly originalUrl: string
  readonly headers: Record<string, unknown>
  readonly openapi: object
  params: Record<string, unknown>
  query: Record<string, unknown>
  body: unknown
}

/** Both throw what does not fit, in the library's own words. */
export interface Checks {
  request(view: View): void
  /** Absent unless answers are to be checked too. */
  readonly answer: ((view: View, status: number, type: string, body: unknown) => void) | undefined
}

/**
 * The checks of express-openapi-validator for a document of one operation. They are put together from its inner parts:
 * the way in front compiles the schema of OpenAPI itself for each document, which takes a tenth of a second, and sends
 * each request through five middlewares and some twenty promises, which costs more than the checks.
 */
export function checksOf(slice: Document, { path, method }: Place, validateResponses: boolean): Checks {
  const { ajvOpts, options } = new OpenApiValidator({
    // Not read: the document is handed to the parts.
    apiSpec: 'loaded',
    validateRequests: { allErrors: true, allowUnknownQueryParameters: true },
    validateResponses,
    // Its own formats let 30 February pass.
    ajvFormats: { mode: 'full', formats: ['date-time'] },
  })
  const both = new SchemaPreprocessor(
    slice as unknown as Loaded,
    ajvOpts.preprocessor,
    options.validateResponses || {},
  )
  const { apiDoc, apiDocRes } = both.preProcess()
  const requests = new RequestValidator(apiDoc, ajvOpts.request)
  const schema = (document: Loaded): Operation =>
    (document as unknown as Document).paths[path]![method] as Operation
  const found = { expressRoute: path, openApiRoute: path, schema: schema(apiDoc), serial: 1 }
  const asRequest = (view: View): ValidatedRequest => {
    Object.assign(view.openapi, found, { pathParams: view.params })
    return view as unknown as ValidatedRequest
  }
  const request = (view: View): void => void requests.validate(asRequest(view), NO_RESPONSE, accept)
  if (!validateResponses) return { request, answer: undefined }
  const answers = new ResponseValidator(apiDocRes, ajvOpts.response)
  return {
    request,
    answer(view, statusCode, type, body) {
      const { responses } = schema(apiDocRes)
      // oxlint-disable-next-line no-underscore-dangle -- the library's name; its middleware could not be told of an answer
      const validators = answers._getOrBuildValidator(asRequest(view), responses as Responses)
      // oxlint-disable-next-line no-underscore-dangle
      answers._validate({ validators, body: body as object, statusCode, path, accepts: [type] })
    },
  }
}

/** It is handed on and never used. */
const NO_RESPONSE = Object.freeze({}) as Response

function accept(error?: unknown): void {
  if (error !== undefined) throw error
}
