import type { JsonSchema } from '../core/animator.ts'
import type { OperationInfo } from '../core/manager.ts'

type Paths = Readonly<Record<string, object>>
type Body = Readonly<Record<string, unknown>>

interface WithBody {
  readonly requestBody: { readonly content: Readonly<Record<string, object>> }
}

/** The bodies that name an operation: what a reader would begin with. The name of a PUT is in its path. */
const BODIES: readonly (readonly [string, string, (task: Body) => Body])[] = [
  ['/tasks', 'post', (task) => task],
  ['/schedules', 'post', (task) => ({ name: 'nightly', ...nightly(task) })],
  ['/schedules/{name}', 'put', nightly],
]

const FILES = {
  type: 'array',
  description: 'Any number of them, each a part of its own',
  items: { type: 'string', format: 'binary' },
}

function nightly(task: Body): Body {
  return { ...task, cron: '30 3 * * *' }
}

/** The paths of the document with one example per operation, which Swagger UI offers as a list to choose from. */
export function withExamples(paths: Paths, operations: readonly OperationInfo[]): Paths {
  const result: Record<string, object> = { ...paths }
  for (const [path, method, body] of BODIES) {
    const item = result[path] as Record<string, WithBody>
    const { requestBody, ...rest } = item[method]!
    const json = { ...requestBody.content['application/json'], examples: examplesOf(operations, body) }
    const content = { ...withForm(requestBody.content, operations, body), 'application/json': json }
    result[path] = { ...item, [method]: { ...rest, requestBody: { ...requestBody, content } } }
  }
  return result
}

/**
 * A form is filled in with one example: Swagger UI offers no choice there, and takes it from the property alone. So the
 * property is described here anew, by a schema that tells less than the one in the document that is written by hand.
 */
function withForm(
  content: WithBody['requestBody']['content'],
  operations: readonly OperationInfo[],
  body: (task: Body) => Body,
): WithBody['requestBody']['content'] {
  const form = content['multipart/form-data']
  const [first] = Object.values(examplesOf(operations, body)) as { readonly value: Body }[]
  if (form === undefined || first === undefined) return content
  const task = { type: 'object', description: 'As in application/json', example: first.value }
  const schema = { type: 'object', required: ['task'], properties: { task, files: FILES } }
  return { ...content, 'multipart/form-data': { ...form, schema } }
}

function examplesOf(operations: readonly OperationInfo[], body: (task: Body) => Body): Body {
  return Object.fromEntries(
    operations.map(({ name, summary, description, args }) => [
      name,
      {
        ...(summary !== undefined && { summary: `${name}: ${summary}` }),
        ...(description !== undefined && { description }),
        value: body({ operation: name, args: sample(args) }),
      },
    ]),
  )
}

/** A value to begin with: what the schema itself offers, and for what is required else, something of its type. */
function sample(schema: JsonSchema | undefined): unknown {
  if (schema === undefined) return {}
  const { examples, enum: choices, type } = schema
  if ('default' in schema) return schema['default']
  if ('const' in schema) return schema['const']
  if (Array.isArray(examples) && examples.length > 0) return examples[0]
  if (Array.isArray(choices) && choices.length > 0) return choices[0]
  switch (type) {
    case 'object':
      return sampleObject(schema)
    case 'array':
      return []
    case 'string':
      return 'string'
    case 'integer':
    case 'number':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 0
    case 'boolean':
      return false
    default:
      return null
  }
}

function sampleObject({ properties, required }: JsonSchema): Record<string, unknown> {
  const wanted = Array.isArray(required) ? required : []
  const members = Object.entries((properties ?? {}) as Record<string, JsonSchema>)
  return Object.fromEntries(
    members
      .filter(([name, member]) => wanted.includes(name) || 'default' in member)
      .map(([name, member]) => [name, sample(member)]),
  )
}
