import { MajordomoError, messageOf } from '../core/errors.ts'
import type { StagedUpload } from '../core/files.ts'
import { IdMaker } from '../core/ids.ts'
import type { Json } from '../core/json.ts'
import type { CreateOptions, CreateOutcome, CreateResult, NewTask, Subject } from '../core/manager.ts'
import { isPromiseLike } from '../core/promises.ts'
import { showable } from '../core/snapshot.ts'
import type { Draft, DraftExtras, Engine, InsertResult } from '../engine/contract.ts'
import type { Catalogue } from './catalogue.ts'
import { createSettings, type CreateSettings } from './create-options.ts'
import { idempotency, keyedWithFiles } from './idempotency.ts'
import type { Operation } from './operation.ts'
import type { ManagerSettings } from './options.ts'
import { actorId } from './orders.ts'
import type { TaskFiles } from './task-files.ts'
import type { Turns } from './turns.ts'

/** What to wait before coming back to a full queue, in ms. */
const RETRY_AFTER = 5_000

/** One insert takes no more than this: the tasks shall not all pile up before the first is done. */
const MOST_AT_ONCE = 128

/** A draft that has no id yet. */
type Unstored = Omit<Draft, 'id'> & { id: string; files?: StagedUpload }

/** What became of a draft; `failed` where it never came to the engine. */
type Insertion = InsertResult | { readonly kind: 'failed'; readonly error: unknown }

/** Turns creations into drafts, every fault found and every default filled in, and stores them. */
export class Intake {
  readonly #ids: IdMaker

  constructor(
    private readonly parts: {
      readonly catalogue: Catalogue
      readonly settings: ManagerSettings
      readonly engine: Engine
      readonly lot: string
      readonly turns: Turns
      readonly files: TaskFiles
      /** Undefined once the engine is open; throws once it is closing. */
      readonly untilOpen: () => Promise<unknown> | undefined
    },
  ) {
    this.#ids = new IdMaker(parts.lot)
  }

  /** Answers per item, in their order. */
  async createMany(tasks: readonly NewTask[]): Promise<CreateOutcome[]> {
    const outcomes: CreateOutcome[] = []
    for (let i = 0; i < tasks.length; i += MOST_AT_ONCE) {
      const prepared = tasks.slice(i, i + MOST_AT_ONCE).map((task) => this.#attempt(task))
      const ready = prepared.some(isPromiseLike)
        ? await Promise.all(prepared)
        : (prepared as (Unstored | MajordomoError)[])
      const drafts = ready.filter((draft): draft is Unstored => !(draft instanceof MajordomoError))
      const results = await this.#insertOrRefuse(drafts)
      let next = 0
      for (const one of ready) outcomes.push(one instanceof MajordomoError ? { error: one } : results(next++))
      for (let at = i; at < outcomes.length; at++)
        if ('error' in outcomes[at]!) await this.parts.files.discard(tasks[at]?.options?.files)
      await this.parts.turns.after(prepared.length)
    }
    return outcomes
  }

  /** @throws {MajordomoError} why the creation was refused */
  async create(operation: string, args: unknown, options: CreateOptions | undefined): Promise<CreateResult> {
    try {
      const prepared = this.#prepare(operation, args, options)
      const draft = isPromiseLike(prepared) ? await prepared : prepared
      const result = resultOf(await this.#insert([draft]))
      const turn = this.parts.turns.after(1)
      if (turn !== undefined) await turn
      return result
    } catch (error) {
      await this.parts.files.discard(options?.files)
      throw error
    }
  }

  /**
   * A creation as a draft without an id, every check made but for what only the engine knows.
   * @throws {MajordomoError} why it would be refused
   */
  async template(
    operation: string,
    args: unknown,
    options: CreateOptions | undefined,
  ): Promise<Omit<Draft, 'id'>> {
    const { id: _, ...template } = await this.#prepare(operation, args, options)
    return template
  }

  /** Stores what a template describes. */
  async store(template: Omit<Draft, 'id'>): Promise<CreateResult> {
    return resultOf(await this.#insert([{ ...template, id: '' }]))
  }

  /** The draft with its id, to be inserted at once. */
  fromTemplate(template: Omit<Draft, 'id'>): Draft {
    return { ...template, id: this.#ids.next(this.parts.settings.clock.now()) }
  }

  /** Stores a draft again. It was checked when it was first created, but perhaps on behalf of somebody else. */
  async again(draft: Draft, subject: Subject | undefined): Promise<CreateResult> {
    const operation = await this.parts.catalogue.need(draft.operation)
    await operation.validate(draft.args, subject)
    const extras = {
      ...uncheckedWhere(operation, draft.extras),
      rerunOf: draft.id,
      createdBy: actorId(subject),
    }
    const files = operation.files ? await this.parts.files.again(draft.id) : undefined
    try {
      return resultOf(await this.#insert([{ ...draft, extras, ...(files && { files }) }]))
    } catch (error) {
      await this.parts.files.discard(files)
      throw error
    }
  }

  #attempt(task: NewTask): Unstored | MajordomoError | Promise<Unstored | MajordomoError> {
    try {
      const prepared = this.#prepare(task.operation, task.args, task.options)
      return isPromiseLike(prepared) ? prepared.then((draft) => draft, refused) : prepared
    } catch (error) {
      return refused(error)
    }
  }

  #prepare(name: string, args: unknown, options: CreateOptions | undefined): Unstored | Promise<Unstored> {
    const operation = this.parts.catalogue.need(name)
    return isPromiseLike(operation)
      ? operation.then((found) => this.#drafted(found, args, options))
      : this.#drafted(operation, args, options)
  }

  #drafted(
    operation: Operation,
    args: unknown = {},
    options: CreateOptions | undefined,
  ): Unstored | Promise<Unstored> {
    const { settings } = this.parts
    const created = createSettings(options, settings.clock.now())
    const accepted = operation.accept(args, settings.maxJson)
    if (created.files !== undefined && operation.here && !operation.files) throw filesRefused(operation.name)
    const draft: Unstored = {
      id: '',
      operation: operation.name,
      args: accepted,
      priority: created.priority,
      tags: created.tags,
      retain: created.retain ?? operation.retain ?? settings.purgeDelay,
      extras: extrasOf(created, operation, accepted, options),
    }
    if (created.files !== undefined) draft.files = created.files
    const validated = operation.validate(accepted, options?.subject)
    return isPromiseLike(validated) ? Promise.resolve(validated).then(() => draft) : draft
  }

  /** Ids are given here and not before, so that they ascend in the order in which the engine gets them. */
  #insert(drafts: readonly Unstored[]): Promise<Insertion[]> {
    const opening = this.parts.untilOpen()
    if (opening !== undefined) return opening.then(() => this.#insert(drafts))
    const now = this.parts.settings.clock.now()
    for (const draft of drafts) draft.id = this.#ids.next(now)
    const bring = drafts.some(({ files }) => files !== undefined)
    return bring ? this.#insertWithFiles(drafts) : this.parts.engine.insert(drafts, this.limits)
  }

  /** Files come first, as a run may begin as soon as its task is stored. What cannot have its files, alone is refused. */
  async #insertWithFiles(drafts: readonly Unstored[]): Promise<Insertion[]> {
    const { engine, files } = this.parts
    const stored: Draft[] = []
    const given: string[] = []
    const faults = new Map<Unstored, unknown>()
    for (const draft of drafts) {
      const { files: upload, ...plain } = draft
      try {
        if (upload !== undefined) await files.give(upload, draft.id)
      } catch (error) {
        faults.set(draft, error)
        continue
      }
      // Now that nothing is added to them any more.
      stored.push(upload === undefined ? plain : keyedWithFiles(plain, upload))
      if (upload !== undefined) given.push(draft.id)
    }
    let results: InsertResult[]
    try {
      results = stored.length === 0 ? [] : await engine.insert(stored, this.limits)
    } catch (error) {
      await files.removal.withdraw(given, error)
      throw error
    }
    for (const [i, { kind }] of results.entries())
      if (kind !== 'stored' && given.includes(stored[i]!.id)) await files.removal.remove(stored[i]!.id)
    let next = 0
    return drafts.map((draft) =>
      faults.has(draft) ? { kind: 'failed', error: faults.get(draft) } : results[next++]!,
    )
  }

  /** When the manager closes in the middle of many, those that are stored already must not be forgotten. */
  async #insertOrRefuse(drafts: readonly Unstored[]): Promise<(at: number) => CreateOutcome> {
    try {
      const results = await this.#insert(drafts)
      return (at) => outcomeOf(results[at]!)
    } catch (error) {
      return () => ({ error: refused(error) })
    }
  }

  get limits(): { maxQueued: number } {
    return { maxQueued: this.parts.settings.maxQueued }
  }
}

function filesRefused(operation: string): MajordomoError {
  const message = `the operation ${operation} takes no files`
  return new MajordomoError('invalid-request', message, { faults: [{ path: '/files', message }] })
}

function resultOf([result]: readonly Insertion[]): CreateResult {
  if (result!.kind === 'failed') throw result!.error
  const outcome = outcomeOf(result!)
  if ('error' in outcome) throw outcome.error
  return outcome
}

function extrasOf(
  { extras: given, idempotencyKey }: CreateSettings,
  operation: Operation,
  args: Json,
  options: CreateOptions | undefined,
): DraftExtras | undefined {
  const { name } = operation
  const secrets = operation.secretsIn(args)
  const extras = operation.here ? given : uncheckedWhere(operation, given)
  if (secrets === undefined && idempotencyKey === undefined) return extras
  if (idempotencyKey === undefined) return { ...extras, secrets }
  return { ...extras, secrets, idempotency: idempotency(name, idempotencyKey, args, options!) }
}

/** Whoever has the animator has to ask its `validate`, where that is not here. */
function uncheckedWhere({ here }: Operation, extras: DraftExtras | undefined): DraftExtras | undefined {
  const { unchecked: _, ...limits } = extras?.limits ?? {}
  if (!here) return { ...extras, limits: { ...limits, unchecked: true } }
  return extras?.limits === undefined ? extras : { ...extras, limits }
}

function outcomeOf(result: Insertion): CreateOutcome {
  if (result.kind === 'failed') return { error: refused(result.error) }
  if (result.kind !== 'refused')
    return { task: showable(result.task), duplicate: result.kind === 'duplicate' }
  const retryAfter = result.code === 'queue-full' ? { retryAfter: RETRY_AFTER } : {}
  return { error: new MajordomoError(result.code, result.message, retryAfter) }
}

function refused(error: unknown): MajordomoError {
  if (MajordomoError.is(error)) return error
  return new MajordomoError('internal', messageOf(error), { cause: error })
}
