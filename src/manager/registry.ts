import type { Animator, AnimatorPlace } from '../core/animator.ts'
import { MajordomoError, invalidOption } from '../core/errors.ts'
import type { ClaimWish } from '../engine/contract.ts'
import { Operation } from './operation.ts'
import { SchemaCompiler } from './schema-compiler.ts'

/** The operations that this manager runs. */
export class Registry {
  readonly #operations = new Map<string, Operation>()
  /** Each once, under the name that it was registered with first. */
  readonly #animators = new Map<Animator, string>()
  readonly #opened = new Set<Animator>()
  readonly #compiler = new SchemaCompiler()
  readonly #place: AnimatorPlace
  #rules: Pick<ClaimWish, 'caps' | 'interrupts'> | undefined

  /** @param place what animators are given of their manager */
  constructor(place: AnimatorPlace) {
    this.#place = place
  }

  add(name: string, animator: Animator): void {
    if (this.#operations.has(name))
      throw invalidOption('operation', 'a name that is not registered yet', name)
    this.#operations.set(name, new Operation(name, animator, this.#compiler, this.#place))
    if (!this.#animators.has(animator)) this.#animators.set(animator, name)
    this.#rules = undefined
  }

  /** Those that have not been opened yet are. Never rejects: `failed` is told what each of them throws. */
  async open(failed: (name: string, error: unknown) => void): Promise<void> {
    const fresh = [...this.#animators].filter(([animator]) => !this.#opened.has(animator))
    const opening = fresh.map(async ([animator, name]) => {
      this.#opened.add(animator)
      try {
        await animator.open?.(this.#place)
      } catch (error) {
        failed(name, error)
      }
    })
    await Promise.all(opening)
  }

  /** The animators let go of what their runs shared. Never rejects: `failed` is told what each of them throws. */
  async close(failed: (name: string, error: unknown) => void): Promise<void> {
    const closing = [...this.#animators].map(async ([animator, name]) => {
      try {
        await animator.close?.()
      } catch (error) {
        failed(name, error)
      }
    })
    await Promise.all(closing)
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

  get names(): readonly string[] {
    return [...this.#operations.keys()]
  }

  /** What a claim has to be told of the operations besides their room; undefined for what none of them says. */
  get rules(): Pick<ClaimWish, 'caps' | 'interrupts'> {
    return (this.#rules ??= rulesOf([...this.all()]))
  }
}

function rulesOf(operations: readonly Operation[]): Pick<ClaimWish, 'caps' | 'interrupts'> {
  const caps = operations.flatMap(({ name, totalConcurrency }) =>
    totalConcurrency === undefined ? [] : [[name, totalConcurrency] as const],
  )
  const interrupts = new Map(operations.map((operation) => [operation.name, operation.interrupts]))
  return { interrupts, ...(caps.length === 0 ? {} : { caps: new Map(caps) }) }
}
