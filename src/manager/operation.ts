import type { Animator, AnimatorPlace, JsonSchema, TaskOps } from '../core/animator.ts'
import { milliseconds } from '../core/duration.ts'
import { InvalidArguments, invalidOption, type Fault } from '../core/errors.ts'
import { frozenJson, type Json } from '../core/json.ts'
import type { Subject } from '../core/manager.ts'
import { booleanIn, functionIn, known, stringIn, wholeNumberIn } from '../core/options.ts'
import { occurring, placeholders, secretPointers } from '../core/redact.ts'
import { retryPolicy, type RetryPolicy } from '../core/retry.ts'
import type { Check, SchemaCompiler } from './schema-compiler.ts'

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$/
const OPTIONS = [
  'summary',
  'description',
  'args',
  'validate',
  'run',
  'concurrency',
  'totalConcurrency',
  'onInterrupt',
  'timeout',
  'retry',
  'retain',
  'cancelGrace',
  'files',
  'open',
  'close',
]

/** So often a task is taken from a dead process and tried again, unless its animator says otherwise. */
const USUAL_INTERRUPTS = 10

function interruptsIn(value: Animator['onInterrupt'], field: string): number {
  if (value === undefined || value === 'retry') return USUAL_INTERRUPTS
  if (value === 'fail') return 0
  if (typeof value !== 'object' || value === null)
    throw invalidOption(field, "'retry', 'fail' or { limit }", value)
  known(value, ['limit'], field)
  return wholeNumberIn(value.limit, `${field}.limit`, 0) ?? USUAL_INTERRUPTS
}

/** An animator as the manager uses it: its options complete, its schema compiled. */
export class Operation {
  readonly summary: string | undefined
  readonly description: string | undefined
  readonly schema: JsonSchema | undefined
  /** Where the arguments have secrets; undefined for none. */
  readonly secrets: readonly string[] | undefined
  readonly concurrency: number
  /** On all workers together; undefined: no such limit. */
  readonly totalConcurrency: number | undefined
  /** How often a task may be interrupted and be tried again. */
  readonly interrupts: number
  readonly timeout: number | undefined
  readonly retry: RetryPolicy
  readonly retain: number | undefined
  readonly cancelGrace: number
  /** Its runs have working directories. */
  readonly files: boolean
  readonly run: (ops: TaskOps) => unknown
  /** Its animator is registered here, and not only known by what another worker told. */
  readonly here: boolean
  /** Runs that have a slot now. */
  running = 0
  readonly #check: Check | undefined
  readonly #fillsIn: boolean
  readonly #validate:
    ((args: Json, context: { subject: Subject | undefined }) => void | Promise<void>) | undefined

  /**
   * @param place where its animator is; none for one that is registered elsewhere, and never runs here
   * @throws {MajordomoError} `invalid-option` naming the field
   */
  constructor(
    readonly name: string,
    animator: Animator,
    compiler: SchemaCompiler,
    place?: AnimatorPlace,
  ) {
    this.here = place !== undefined
    if (typeof name !== 'string' || !NAME.test(name)) {
      throw invalidOption(
        'operation',
        'a name of 1 to 100 letters, digits, "_", ".", ":" or "-", such as UPLOAD_PURGE',
        name,
      )
    }
    if (typeof animator !== 'object' || animator === null)
      throw invalidOption(name, 'an animator: an object with run', animator)
    // An instance of a class has fields of its own.
    if (Object.getPrototypeOf(animator) === Object.prototype) known(animator, OPTIONS, name)
    if (typeof animator.run !== 'function') throw invalidOption(`${name}.run`, 'a function', animator.run)
    this.summary = stringIn(animator.summary, `${name}.summary`, 500)
    this.description = stringIn(animator.description, `${name}.description`, 50_000)
    this.concurrency =
      wholeNumberIn(animator.concurrency, `${name}.concurrency`, 1) ?? Number.POSITIVE_INFINITY
    this.totalConcurrency = wholeNumberIn(animator.totalConcurrency, `${name}.totalConcurrency`, 1)
    this.interrupts = interruptsIn(animator.onInterrupt, `${name}.onInterrupt`)
    this.timeout =
      animator.timeout === undefined ? undefined : milliseconds(animator.timeout, `${name}.timeout`)
    this.retry = retryPolicy(animator.retry, `${name}.retry`)
    this.retain = animator.retain === undefined ? undefined : milliseconds(animator.retain, `${name}.retain`)
    this.cancelGrace = milliseconds(animator.cancelGrace ?? '30s', `${name}.cancelGrace`)
    // Called as methods, so that an animator may be an instance of a class.
    this.run = (ops) => animator.run(ops, place!)
    this.#validate =
      functionIn(animator.validate, `${name}.validate`) &&
      ((args, context) => animator.validate!(args, context))
    this.files = booleanIn(animator.files, `${name}.files`) ?? false
    functionIn(animator.open, `${name}.open`)
    functionIn(animator.close, `${name}.close`)
    this.schema = animator.args
    const secrets = this.schema === undefined ? [] : secretPointers(this.schema)
    this.secrets = secrets.length === 0 ? undefined : Object.freeze(secrets)
    const { type = 'object' } = this.schema ?? {}
    if (![type].flat().includes('object')) throw invalidOption(`${name}.args`, 'a schema of an object', type)
    this.#check = this.schema && compiler.compile(this.schema, `${name}.args`, this.secrets !== undefined)
    this.#fillsIn = this.schema !== undefined && JSON.stringify(this.schema).includes('"default":')
  }

  /**
   * A frozen copy of the arguments that fits the schema, its defaults filled in. What is shown in place of a secret is
   * not taken for the secret.
   * @throws {MajordomoError} `invalid-arguments` with every fault
   */
  accept(args: unknown, most: number): Json {
    const copy = frozenJson(args, most, 'maxJson')
    if (typeof copy !== 'object' || copy === null || Array.isArray(copy))
      throw new InvalidArguments('the arguments must be an object')
    if (this.#check === undefined) return copy
    const shown = this.#shownInstead(copy)
    // The check writes defaults into what it looks at, so it must not look at what is frozen.
    const filled: unknown = this.#fillsIn ? structuredClone(copy) : copy
    const faults = this.#check(filled).filter(({ path }) => !shown.some((fault) => fault.path === path))
    if (shown.length + faults.length > 0) throw new InvalidArguments([...shown, ...faults])
    return this.#fillsIn ? frozenJson(filled) : copy
  }

  /** Where these arguments have secrets; undefined where they have none. */
  secretsIn(args: Json): readonly string[] | undefined {
    if (this.secrets === undefined) return undefined
    const found = occurring(args, this.secrets)
    return found.length === 0 ? undefined : found
  }

  /** Whoever sends back what was shown would store that for the secret, and only the run would find out. */
  #shownInstead(args: Json): readonly Fault[] {
    const secrets = this.secretsIn(args)
    if (secrets === undefined) return []
    const message = 'must be given anew: this is what is shown in its place'
    return placeholders(args, secrets).map((path) => ({ path, message }))
  }

  /** The animator's own check, where it has one; undefined when it is done already. */
  validate = (args: Json, subject: Subject | undefined): void | Promise<void> => {
    const answer = this.#validate?.(args, { subject })
    // A promise of another make must be waited for just as well.
    return answer === undefined || answer instanceof Promise ? answer : Promise.resolve(answer)
  }
}
