import type { Request } from 'express'
import { MajordomoError, invalidOption } from '../core/errors.ts'
import { subjectId, type Subject } from '../core/manager.ts'
import { known } from '../core/options.ts'
import type { Visibility } from '../core/query.ts'
import { then } from './then.ts'

/** Yes, no, or only for tasks that the subject itself created. */
export type Answer = boolean | 'own'

/** What a subject may do with the tasks of an operation. */
export type Right = 'view' | 'create' | 'cancel' | 'manage'

/**
 * Who may do what. Each function may be async.
 *
 * | the request comes from | is answered |
 * |---|---|
 * | nobody (`subject` answers undefined) | 401, whatever it asks, but for `/health` and `/ready` |
 * | somebody who may not view the task or operation | 404, as if it were not there |
 * | somebody who may view it and not do this | 403 |
 *
 * A host that lets strangers in answers a subject for them, such as `'anonymous'`.
 */
export interface AccessRules<S extends Subject = Subject> {
  /** Who asks: an id, or an object with an `id` that stays the same; undefined for nobody. */
  subject(req: Request): S | undefined | Promise<S | undefined>
  /** Tasks, their output, files and events; the operation itself needs more than `'own'` to show the counts of all. */
  canView(subject: S, operation: string): Answer | Promise<Answer>
  /** Create and re-run; also schedules, whose tasks are created. */
  canCreate(subject: S, operation: string): boolean | Promise<boolean>
  canCancel(subject: S, operation: string): Answer | Promise<Answer>
  /** Set from outside, delete, pause and limit, see where an error was thrown, change others' schedules, direct workers. */
  canManage(subject: S, operation: string): Answer | Promise<Answer>
}

/** The rules, or `'open'`: everybody who can reach the router may do everything. */
export type Access<S extends Subject = Subject> = 'open' | AccessRules<S>

/** What one request may do. */
export interface Rights {
  readonly subject: Subject | undefined
  /** Undefined where access is open: no operation need be asked for. */
  readonly restricted: boolean
  answer(right: Right, operation: string): Answer | Promise<Answer>
}

/** Finds the rights of a request. @throws {MajordomoError} `unauthenticated` when it comes from nobody */
export type Gate = (req: Request) => Rights | Promise<Rights>

const FUNCTIONS = ['subject', 'canView', 'canCreate', 'canCancel', 'canManage'] as const
const RULE = { view: 'canView', create: 'canCreate', cancel: 'canCancel', manage: 'canManage' } as const

/** @throws {MajordomoError} `invalid-option` when a rule is missing or no function */
export function gate<S extends Subject>(access: Access<S>): Gate {
  if (access === 'open') return () => EVERYTHING
  if (typeof access !== 'object' || access === null)
    throw invalidOption('access', "'open' or the rules of access", access)
  known(access, FUNCTIONS, 'access')
  for (const name of FUNCTIONS) {
    if (typeof access[name] !== 'function') throw invalidOption(`access.${name}`, 'a function', access[name])
  }
  return (req) => then(access.subject(req), (subject) => rightsOf(access, subject))
}

function rightsOf<S extends Subject>(rules: AccessRules<S>, subject: S | undefined): Rights {
  if (subject === undefined || subject === null) throw new MajordomoError('unauthenticated')
  if (!isSubject(subject)) throw invalidOption('access.subject(…)', 'an id, or an object with one', subject)
  return new RuledRights(rules, subject)
}

/** What a host looks up by a token may be something else, such as the `constructor` that each object has. */
function isSubject(subject: unknown): boolean {
  const isObject = typeof subject === 'object' && subject !== null
  const id: unknown = isObject ? (subject as { id?: unknown }).id : subject
  return typeof id === 'string' && id !== ''
}

const EVERYTHING: Rights = Object.freeze({ subject: undefined, restricted: false, answer: () => true })

/** Asks each rule once per request, however many tasks it is about. */
class RuledRights<S extends Subject> implements Rights {
  readonly subject: S
  readonly restricted = true
  readonly #rules: AccessRules<S>
  readonly #answers = new Map<string, Answer | Promise<Answer>>()

  constructor(rules: AccessRules<S>, subject: S) {
    this.#rules = rules
    this.subject = subject
  }

  answer(right: Right, operation: string): Answer | Promise<Answer> {
    const key = `${right} ${operation}`
    let answer = this.#answers.get(key)
    if (answer === undefined) {
      answer = then<unknown, Answer>(this.#rules[RULE[right]](this.subject, operation), clear)
      this.#answers.set(key, answer)
    }
    return answer
  }
}

/** Anything but a clear yes is a no, whatever a host without types may answer. */
function clear(answer: unknown): Answer {
  return answer === true || answer === 'own' ? answer : false
}

/** Whether the right covers a task. */
export function covers(
  rights: Rights,
  right: Right,
  task: { operation: string; createdBy?: string | undefined },
): boolean | Promise<boolean> {
  if (!rights.restricted) return true
  return then(rights.answer(right, task.operation), (answer) => {
    if (answer !== 'own') return answer
    return task.createdBy !== undefined && task.createdBy === subjectId(rights.subject)
  })
}

/** Which tasks of these operations may be seen, as a query takes it; undefined where everything may. */
export async function visibility(
  rights: Rights,
  operations: Iterable<string>,
): Promise<Visibility | undefined> {
  if (!rights.restricted) return undefined
  const all: string[] = []
  const own: string[] = []
  for (const operation of operations) {
    const answer = await rights.answer('view', operation)
    if (answer === true) all.push(operation)
    else if (answer === 'own') own.push(operation)
  }
  const owner = subjectId(rights.subject)
  return owner === undefined ? { all, own } : { all, own, owner }
}
