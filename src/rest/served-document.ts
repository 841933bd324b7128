import type { OperationInfo, TaskManager } from '../core/manager.ts'
import type { JsonSchema } from '../core/animator.ts'
import type { Rights } from './access.ts'
import { apiDocument } from './document.ts'

interface Asking {
  readonly manager: TaskManager
  readonly rights: Rights
}

interface ObjectSchema extends JsonSchema {
  readonly properties: Readonly<Record<string, JsonSchema>>
}

/**
 * The API document as it is served: with the argument schemas of the operations that the reader may see and create, so
 * that Swagger UI and forms show them.
 */
export async function servedDocument(asking: Asking): Promise<Record<string, unknown>> {
  const operations = await creatable(asking)
  if (operations.length === 0) return { ...apiDocument }
  const { schemas } = apiDocument.components
  const creation = schemas!['TaskCreation'] as ObjectSchema
  const names = componentNames(operations)
  const added: Record<string, JsonSchema> = {}
  for (const operation of operations) {
    const name = names.get(operation.name)!
    if (operation.args !== undefined)
      added[`${name}_arguments`] = moved(
        operation.args,
        `#/components/schemas/${name}_arguments`,
      ) as JsonSchema
    added[name] = variant(creation, operation, name)
  }
  const TaskCreation = {
    oneOf: operations.map(({ name }) => ({ $ref: `#/components/schemas/${names.get(name)!}` })),
  }
  return {
    ...apiDocument,
    paths: withExamples(operations),
    components: { ...apiDocument.components, schemas: { ...schemas, ...added, TaskCreation } },
  }
}

async function creatable({ manager, rights }: Asking): Promise<OperationInfo[]> {
  const operations = await manager.operations()
  const may = await Promise.all(
    operations.map(async ({ name }) => {
      const view = await rights.answer('view', name)
      return (view === true || view === 'own') && (await rights.answer('create', name)) === true
    }),
  )
  return operations.filter((_, i) => may[i])
}

/** Names of components may only be made of these characters; two operations never share one. */
function componentNames(operations: readonly OperationInfo[]): Map<string, string> {
  const names = new Map<string, string>()
  const taken = new Set(Object.keys(apiDocument.components['schemas']!))
  for (const { name } of operations) {
    const plain = `Create_${name.replaceAll(/[^A-Za-z0-9._-]/g, '_')}`
    let unique = plain
    for (let n = 2; taken.has(unique); n++) unique = `${plain}_${n}`
    taken.add(unique)
    names.set(name, unique)
  }
  return names
}

/** The creation of a task of one operation. */
function variant(
  creation: ObjectSchema,
  { name, summary, description, args }: OperationInfo,
  component: string,
): JsonSchema {
  const { operation: _, args: anyArgs, ...rest } = creation.properties
  return {
    ...creation,
    title: name,
    ...((summary ?? description) !== undefined && {
      description: [summary, description].filter(Boolean).join('\n\n'),
    }),
    required: requiresArgs(args) ? ['operation', 'args'] : ['operation'],
    properties: {
      operation: { type: 'string', const: name },
      args: args === undefined ? anyArgs! : { $ref: `#/components/schemas/${component}_arguments` },
      ...rest,
    },
  }
}

function requiresArgs(args: JsonSchema | undefined): boolean {
  return Array.isArray(args?.['required']) && args['required'].length > 0
}

/** A schema's references into itself, rewritten for the place that it has in the document. */
function moved(schema: unknown, place: string): unknown {
  if (Array.isArray(schema)) return schema.map((part) => moved(part, place))
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (key === '$ref' && typeof value === 'string' && value.startsWith('#'))
        return [key, place + value.slice(1)]
      return [key, moved(value, place)]
    }),
  )
}

/** One example per operation, which Swagger UI offers as a list to choose from. */
function withExamples(operations: readonly OperationInfo[]): Record<string, unknown> {
  const tasks = apiDocument.paths['/tasks'] as unknown as Record<
    string,
    { requestBody: { content: Record<string, object> } }
  >
  const post = tasks['post']!
  const examples = Object.fromEntries(
    operations.map(({ name, summary, args }) => [
      name,
      {
        ...(summary !== undefined && { summary: `${name}: ${summary}` }),
        value: { operation: name, args: sample(args) },
      },
    ]),
  )
  const content = { 'application/json': { ...post.requestBody.content['application/json'], examples } }
  return {
    ...apiDocument.paths,
    '/tasks': { ...tasks, post: { ...post, requestBody: { ...post.requestBody, content } } },
  }
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
