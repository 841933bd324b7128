import type { JsonSchema } from '../core/animator.ts'
import { MajordomoError, messageOf } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import type { Engine, OperationDescription } from '../engine/contract.ts'
import { Operation } from './operation.ts'
import type { Registry } from './registry.ts'
import { SchemaCompiler } from './schema-compiler.ts'

/** What others told of an operation is believed for so long, ms. */
const FRESH = 2_000

interface Known {
  readonly operation: Operation
  readonly description: string
  readonly until: number
}

/**
 * The operations that tasks can be created of: those registered here, and on a shared engine those that another worker
 * has described. Of the latter the schema is checked here, and the animator's own `validate` where the task runs.
 */
export class Catalogue {
  readonly #foreign = new Map<string, Known>()

  constructor(
    private readonly parts: {
      readonly registry: Registry
      readonly engine: () => Promise<Engine>
      readonly shared: boolean
      readonly now: () => number
    },
  ) {}

  /**
   * The operation, at once where it is registered here.
   * @throws {MajordomoError} `unsupported-operation`
   */
  need(name: string): Operation | Promise<Operation> {
    const own = this.parts.registry.get(name)
    if (own !== undefined || !this.parts.shared) return own ?? this.parts.registry.need(name)
    const known = this.#foreign.get(name)
    return known !== undefined && known.until > this.parts.now() ? known.operation : this.#ask(name)
  }

  /** Tells the others what is registered here. */
  async tell(engine: Engine): Promise<void> {
    if (!this.parts.shared) return
    const own = [...this.parts.registry.all()]
    if (own.length > 0) await engine.describe(own.map(described))
  }

  async #ask(name: string): Promise<Operation> {
    const engine = await this.parts.engine()
    const state = (await engine.operations()).find((each) => each.name === name)
    if (state?.described === undefined)
      throw new MajordomoError(
        'unsupported-operation',
        `no worker has an animator for the operation ${JSON.stringify(name)}`,
      )
    return this.#learn(state.described)
  }

  #learn(described: OperationDescription): Operation {
    const description = JSON.stringify(described)
    const before = this.#foreign.get(described.name)
    const operation = before?.description === description ? before.operation : foreign(described)
    this.#foreign.set(described.name, { operation, description, until: this.parts.now() + FRESH })
    return operation
  }
}

function described(operation: Operation): OperationDescription {
  const { name, summary, description, schema, secrets, retain, files } = operation
  return { name, summary, description, schema: schema as Json | undefined, secrets, retain, files }
}

/**
 * An operation that can be created here, and not run. Each has a compiler of its own: one compiler takes an `$id` only
 * once, and the next version of a schema has the same.
 * @throws {MajordomoError} `unsupported-operation` for a schema that only another version of the package can read
 */
function foreign({ name, summary, description, schema, retain, files }: OperationDescription): Operation {
  const animator = {
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(schema === undefined ? {} : { args: schema as JsonSchema }),
    ...(retain === undefined ? {} : { retain }),
    ...(files === undefined ? {} : { files }),
    run() {
      throw new MajordomoError('unsupported-operation')
    },
  }
  try {
    return new Operation(name, animator, new SchemaCompiler())
  } catch (error) {
    const why = `this process cannot read how a worker describes the operation ${name}: ${messageOf(error)}`
    throw new MajordomoError('unsupported-operation', why, { cause: error })
  }
}
