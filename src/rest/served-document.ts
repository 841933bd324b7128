import type { OperationInfo, TaskManager } from '../core/manager.ts'
import type { JsonSchema } from '../core/animator.ts'
import type { Rights } from './access.ts'
import { apiDocument } from './document.ts'
import { withExamples } from './examples.ts'

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
    paths: withExamples(apiDocument.paths, operations),
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
