import { createHash } from 'node:crypto'
import { MajordomoError, messageOf } from '../core/errors.ts'
import { IdMaker } from '../core/ids.ts'
import type { CreateOptions, CreateOutcome, NewTask, Subject } from '../core/manager.ts'
import { subjectId } from '../core/manager.ts'
import { showable } from '../core/snapshot.ts'
import type { Draft, DraftExtras, Engine, Idempotency, InsertResult } from '../engine/contract.ts'
import { createSettings, type CreateSettings } from './create-options.ts'
import type { Operation } from './operation.ts'
import type { ManagerSettings } from './options.ts'
import type { Registry } from './registry.ts'

/** An Idempotency-Key is remembered this long. */
const REMEMBERED = 24 * 3_600_000

/** What to wait before coming back to a full queue, in ms. */
const RETRY_AFTER = 5_000

/** One insert takes no more than this; between two of them the event loop has its turn. */
const MOST_AT_ONCE = 1_000

/** Turns creations into drafts, every fault found and every default filled in, and stores them. */
export class Intake {
  readonly #ids: IdMaker
  /** Creations since the event loop last had a turn. */
  #sinceTurn = 0

  constructor(
    private readonly parts: {
      readonly registry: Registry
      readonly settings: ManagerSettings
      readonly engine: Engine
      readonly lot: string
      readonly refuseClosed: () => void
    },
  ) {
    this.#ids = new IdMaker(parts.lot)
  }

  /** Answers per item, in their order. */
  async createMany(tasks: readonly NewTask[]): Promise<CreateOutcome[]> {
    const outcomes: CreateOutcome[] = []
    for (let i = 0; i < tasks.length; i += MOST_AT_ONCE) {
      const slice = tasks.slice(i, i + MOST_AT_ONCE)
      const prepared = slice.map((task) => this.#attempt(task))
      const drafts = prepared.some((draft) => draft instanceof Promise)
        ? await Promise.all(prepared)
        : (prepared as (Draft | MajordomoError)[])
      outcomes.push(...(await this.#store(drafts)))
      await this.#turn(slice.length)
    }
    return outcomes
  }

  /** @throws {MajordomoError} why the creation was refused */
  async create(
    operation: string,
    args: unknown,
    options: CreateOptions | undefined,
  ): Promise<Exclude<CreateOutcome, { error: MajordomoError }>> {
    const prepared = this.#prepare(operation, args, options)
    const draft = prepared instanceof Promise ? await prepared : prepared
    this.parts.refuseClosed()
    const [result] = await this.parts.engine.insert([draft], this.#limits())
    await this.#turn(1)
    const outcome = outcomeOf(result!)
    if ('error' in outcome) throw outcome.error
    return outcome
  }

  /** Stores a draft that was checked when it was first created. */
  async again(
    draft: Draft,
    subject: Subject | undefined,
  ): Promise<Exclude<CreateOutcome, { error: MajordomoError }>> {
    const id = this.#ids.next(this.parts.settings.clock.now())
    const extras: DraftExtras = { ...draft.extras, rerunOf: draft.id, createdBy: subjectId(subject) }
    const [result] = await this.parts.engine.insert([{ ...draft, id, extras }], this.#limits())
    const outcome = outcomeOf(result!)
    if ('error' in outcome) throw outcome.error
    return outcome
  }

  #attempt(task: NewTask): Draft | MajordomoError | Promise<Draft | MajordomoError> {
    try {
      const prepared = this.#prepare(task.operation, task.args, task.options)
      return prepared instanceof Promise ? prepared.catch(refused) : prepared
    } catch (error) {
      return refused(error)
    }
  }

  #prepare(
    operationName: string,
    args: unknown = {},
    options: CreateOptions | undefined,
  ): Draft | Promise<Draft> {
    const { registry, settings } = this.parts
    const operation = registry.need(operationName)
    const now = settings.clock.now()
    const created = createSettings(options, now)
    const accepted = operation.accept(args, settings.maxJson)
    const subject = options?.subject
    const draft = (): Draft => ({
      id: this.#ids.next(now),
      operation: operation.name,
      args: accepted,
      priority: created.priority,
      tags: created.tags,
      retain: created.retain ?? operation.retain ?? settings.purgeDelay,
      ...extrasOf(created, operation, () =>
        idempotency(operation.name, created.idempotencyKey!, args, options!),
      ),
    })
    const validated = operation.validate(accepted, subject)
    return validated instanceof Promise ? validated.then(draft) : draft()
  }

  async #store(drafts: readonly (Draft | MajordomoError)[]): Promise<CreateOutcome[]> {
    this.parts.refuseClosed()
    const good = drafts.filter((draft): draft is Draft => !(draft instanceof MajordomoError))
    const results = await this.parts.engine.insert(good, this.#limits())
    let next = 0
    return drafts.map((draft) =>
      draft instanceof MajordomoError ? { error: draft } : outcomeOf(results[next++]!),
    )
  }

  #limits(): { maxQueued: number } {
    return { maxQueued: this.parts.settings.maxQueued }
  }

  /** An engine that answers at once would let a loop of creations starve everything else in the process. */
  async #turn(created: number): Promise<void> {
    this.#sinceTurn += created
    if (this.#sinceTurn < MOST_AT_ONCE) return
    this.#sinceTurn = 0
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function extrasOf(
  { extras, idempotencyKey }: CreateSettings,
  { secrets }: Operation,
  remembered: () => Idempotency,
): { extras?: DraftExtras } {
  if (secrets === undefined && idempotencyKey === undefined) return extras === undefined ? {} : { extras }
  return {
    extras: { ...extras, secrets, idempotency: idempotencyKey === undefined ? undefined : remembered() },
  }
}

function idempotency(operation: string, key: string, args: unknown, options: CreateOptions): Idempotency {
  const { subject, ...rest } = options
  const hash = createHash('sha256')
    .update(JSON.stringify([args, rest]))
    .digest('base64')
  return { key: JSON.stringify([subjectId(subject) ?? null, operation, key]), hash, keep: REMEMBERED }
}

function outcomeOf(result: InsertResult): CreateOutcome {
  if (result.kind !== 'refused')
    return { task: showable(result.task), duplicate: result.kind === 'duplicate' }
  const retryAfter = result.code === 'queue-full' ? { retryAfter: RETRY_AFTER } : {}
  return { error: new MajordomoError(result.code, result.message, retryAfter) }
}

function refused(error: unknown): MajordomoError {
  if (error instanceof MajordomoError) return error
  return new MajordomoError('internal', messageOf(error), { cause: error })
}
