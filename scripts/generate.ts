/**
 * Makes everything in generated/ from api/openapi.yaml: `npm run generate`.
 * With `--check` it writes nothing, and fails when a file is not what it would write.
 */
import { readFile, writeFile } from 'node:fs/promises'
import openapiTypes, { astToString, type OpenAPI3 } from 'openapi-typescript'
import { parse } from 'yaml'

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const
const HEADER = '// Made by scripts/generate.ts from api/openapi.yaml. Do not edit.\n'
const root = new URL('../', import.meta.url)

interface Parameter {
  'x-rest-of-path'?: boolean
}

interface Operation {
  operationId: string
  requestBody?: { required?: boolean; content: Record<string, unknown> }
  responses: Record<string, unknown>
}

type Document = { info: { version: string }; paths: Record<string, Record<string, unknown>> }

async function text(path: string): Promise<string> {
  return readFile(new URL(path, root), 'utf8').catch(() => '')
}

/** The document, with the version of the package: one number tells both. */
async function contract(): Promise<Document> {
  const document = parse(await text('api/openapi.yaml')) as Document
  const { version } = JSON.parse(await text('package.json')) as { version: string }
  return { ...document, info: { ...document.info, version } }
}

/** Here JSON Schema takes null for a value like any other. */
const TAKES_NULL = new Set(['default', 'const', 'enum', 'example', 'examples'])

/**
 * The places that have no value. An unquoted comma in `{ description: Old, and new }` makes one: it cuts the text and
 * takes the rest of it for a property.
 */
function emptyPlaces(value: unknown, place = '#'): string[] {
  if (value === null || value === undefined) return [place]
  if (typeof value !== 'object') return []
  return Object.entries(value)
    .filter(([key]) => !TAKES_NULL.has(key) || /\/(properties|responses)$/.test(place))
    .flatMap(([key, member]) => emptyPlaces(member, `${place}/${key}`))
}

function operationTable({ paths }: Document): string {
  const entries = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => {
      const { operationId, requestBody } = item[method] as Operation
      const body =
        requestBody === undefined ? 'none' : requestBody.required === true ? 'required' : 'optional'
      const form = requestBody !== undefined && 'multipart/form-data' in requestBody.content
      const parameters = (item['parameters'] ?? []) as Parameter[]
      const rest = parameters.some((parameter) => parameter['x-rest-of-path'])
      const more = `${form ? ', form: true' : ''}${rest ? ', rest: true' : ''}`
      return `  ${operationId}: { method: '${method}', path: '${path}', body: '${body}'${more} },\n`
    }),
  )
  return `/**
 * Where each operation of the API is found. \`body\` tells whether a request has one, \`form\` that it may be a form with files, and
 * \`rest\` that the last parameter is all that is left of the path.
 */
export const operations = {\n${entries.join('')}} as const

export type OperationId = keyof typeof operations
`
}

function plainDocument(document: Document): string {
  return `/** api/openapi.yaml as plain data; \`info.version\` is the package's. Copy it before changing anything. */
export const document: Readonly<Record<string, unknown>> = ${JSON.stringify(document, null, 2)}
`
}

const document = await contract()
const empty = emptyPlaces(document)
if (empty.length > 0)
  throw new Error(`api/openapi.yaml has no value here (an unquoted comma?): ${empty.join('; ')}`)
const types = await openapiTypes(structuredClone(document) as unknown as OpenAPI3, {
  alphabetize: false,
  // A property with a default may be left out by who sends it.
  defaultNonNullable: false,
})
const files = {
  'generated/types.ts': HEADER + astToString(types),
  'generated/operations.ts': HEADER + operationTable(document),
  'generated/document.ts': HEADER + plainDocument(document),
}

const stale: string[] = []
for (const [path, content] of Object.entries(files)) {
  if ((await text(path)) === content) continue
  stale.push(path)
  if (!process.argv.includes('--check')) await writeFile(new URL(path, root), content)
}

if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`${stale.join(', ')} no longer follow api/openapi.yaml: npm run generate`)
  process.exitCode = 1
}
