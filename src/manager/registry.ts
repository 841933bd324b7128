import type { Animator } from '../core/animator.ts'
import { MajordomoError, invalidOption } from '../core/errors.ts'
import { Operation } from './operation.ts'
import { SchemaCompiler } from './schema-compiler.ts'

/** The operations that this manager runs. */
export class Registry {
  readonly #operations = new Map<string, Operation>()
  readonly #compiler = new SchemaCompiler()

  add(name: string, animator: Animator): void {
    if (this.#operations.has(name))
      throw invalidOption('operation', 'a name that is not registered yet', name)
    this.#operations.set(name, new Operation(name, animator, this.#compiler))
  }

  get(name: string): Operation | undefined {
    return this.#operations.get(name)
  }

  /** @throws {MajordomoError} `unsupported-operation` */
  need(name: string): Operation {
    const operation = this.#operations.get(name)
    if (operation === undefined)
      throw new MajordomoError(
        'unsupported-operation',
        `no animator is registered for the operation ${JSON.stringify(name)}`,
      )
    return operation
  }

  all(): Iterable<Operation> {
    return this.#operations.values()
  }
}
