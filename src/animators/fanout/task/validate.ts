import { MajordomoError, type Fault } from '../../../core/errors.ts'
import { pointerToken } from '../../../core/json.ts'
import type { Prepared } from '../prepared.ts'
import type { FanOutRequest } from '../request.ts'
import { Refusals } from '../room/refusals.ts'
import { ConnectionPolicies } from '../rules/connections.ts'
import type { Guard } from '../rules/guard.ts'
import { Preparer } from '../rules/prepare.ts'
import { secretParameter, targetIn } from '../rules/urls.ts'
import { MOST_FAULTS, planned, type FanOutArguments } from './plan.ts'

export interface PlanRules {
  readonly guard: Guard
  /** The credentials that the host has, where it has listed them. */
  readonly secretNames?: Iterable<string> | undefined
}

/**
 * Every fault of arguments that their schema cannot tell, 50 at most: URLs that cannot be asked or that the guard refuses,
 * templates that do not fit, secrets where they would be shown, options that contradict each other.
 */
export async function validatePlan(args: FanOutArguments, rules: PlanRules): Promise<readonly Fault[]> {
  const { source, requests, faults } = planned(args)
  const check = new PlanCheck(args, rules, faults)
  const preparer = check.source(source)
  if (preparer === undefined) return check.faults
  for (const [i, request] of requests.entries()) {
    if (check.full) break
    if (i % AT_A_TIME === AT_A_TIME - 1) await turnOfOthers()
    if (request !== undefined) check.request(preparer, request, i)
  }
  return check.faults
}

/** A hundred thousand requests take a good part of a second, so that others have their turns in between. */
const AT_A_TIME = 1_000

function turnOfOthers(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

class PlanCheck {
  readonly #args: FanOutArguments
  readonly #refusals: Refusals
  readonly #secretNames: ReadonlySet<string> | undefined
  /** By place and message: what the source has wrong, it has wrong for every request. */
  readonly #faults = new Map<string, Fault>()

  constructor(args: FanOutArguments, { guard, secretNames }: PlanRules, faults: readonly Fault[]) {
    this.#args = args
    this.#refusals = new Refusals(guard)
    this.#secretNames = secretNames === undefined ? undefined : new Set(secretNames)
    for (const fault of faults) this.#add(fault.path, fault.message)
  }

  get full(): boolean {
    return this.#faults.size >= MOST_FAULTS
  }

  get faults(): readonly Fault[] {
    return [...this.#faults.values()].slice(0, MOST_FAULTS)
  }

  /** What prepares the requests; undefined where the source is at fault, and with it all of them. */
  source(source: Partial<FanOutRequest>): Preparer | undefined {
    const { url } = this.#args.source ?? {}
    if (url !== undefined) this.#openly(url, '/source/url')
    this.#secret(source, '/source')
    return this.#tried(() => new Preparer({ source, listId: '', connections: new ConnectionPolicies() }))
  }

  request(preparer: Preparer, request: Partial<FanOutRequest>, index: number): void {
    if (this.#args.items !== undefined) {
      if (request.url !== undefined) this.#openly(request.url, `/items/${index}/url`)
      this.#secret(request, `/items/${index}`)
    }
    const prepared = this.#tried(() => preparer.prepare(request, index))
    const refusal = prepared === undefined ? undefined : this.#refusals.of(prepared)
    if (refusal !== undefined) this.#add(this.#targetOf(prepared!, request, index), `is refused: ${refusal}`)
  }

  #tried<T>(make: () => T): T | undefined {
    try {
      return make()
    } catch (error) {
      if (!MajordomoError.is(error)) throw error
      for (const { path, message } of error.faults) this.#add(this.#pointer(path), asRequirement(message))
      return undefined
    }
  }

  /** Arguments are shown in lists, and a text can only be hidden as a whole. */
  #openly(url: string, path: string): void {
    if (!/[@?]/.test(url)) return
    // Variables of a template stand for nothing here.
    const target = targetIn(url.replaceAll(/[{}]/g, ''))
    if (typeof target === 'string') return
    if (target.authorization !== undefined)
      this.#add(path, 'must be without user and password, because it is shown: use headers, or secret')
    const parameter = secretParameter(target.origin + target.path)
    if (parameter !== undefined)
      this.#add(
        path,
        `must be without the parameter "${parameter}", because it is shown: use query, or secret`,
      )
  }

  #secret({ secret }: Partial<FanOutRequest>, path: string): void {
    if (secret === undefined || this.#secretNames === undefined || this.#secretNames.has(secret)) return
    this.#add(`${path}/secret`, 'must be the name of credentials that the service has')
  }

  /** Where the caller said where the request goes. */
  #targetOf({ connections }: Prepared, request: Partial<FanOutRequest>, index: number): string {
    if (connections.socketPath !== undefined)
      return `${request.transport?.socketPath === undefined ? '/source' : `/items/${index}`}/transport/socketPath`
    if (this.#args.targets !== undefined) return `/targets/${index}`
    return request.url === undefined ? '/source/url' : `/items/${index}/url`
  }

  #pointer(field: string): string {
    const [, index] = /^items\[(\d+)\]/.exec(field) ?? []
    return this.#args.targets !== undefined && index !== undefined ? `/targets/${index}` : pointerOf(field)
  }

  #add(path: string, message: string): void {
    this.#faults.set(`${path} ${message}`, { path, message })
  }
}

/** `items[3].timeout.headers` as a JSON Pointer. Names of headers and parameters may have dots in them. */
export function pointerOf(field: string): string {
  const named = /^(.*?\.(?:headers|query))\.(.+)$/s.exec(field)
  const [place, name] =
    named !== null && !named[1]!.endsWith('.keep.headers') ? [named[1]!, named[2]!] : [field, undefined]
  const tokens = place.replaceAll(/\[(\d+)\]/g, '.$1').split('.')
  return [...tokens, ...(name === undefined ? [] : [name])].map((token) => `/${pointerToken(token)}`).join('')
}

/** `expected "items[3].url" to be an absolute URL, got …` as what follows its place: `must be an absolute URL, got …`. */
function asRequirement(message: string): string {
  return message.replace(/^expected ".*?" to be /s, 'must be ')
}
