import { randomUUID } from 'node:crypto'
import { MajordomoError, invalidOption } from '../../../core/errors.ts'
import { known } from '../../../core/options.ts'
import type { FanOutItem } from '../item.ts'
import type { FanOutRequest, ListOptions } from '../request.ts'
import { ConnectionPolicies } from '../rules/connections.ts'
import { Guard } from '../rules/guard.ts'
import { hiddenOption } from '../rules/hidden-option.ts'
import { Preparer } from '../rules/prepare.ts'
import { FanOutList } from './list.ts'
import type { ListPlan, Requests } from './list-run.ts'
import {
  FAN_OUT_OPTIONS,
  LIST_OPTIONS,
  fanOutSettings,
  listSettings,
  type FanOutOptions,
  type FanOutSettings,
} from './options.ts'
import { Room } from './room.ts'
import { ListSecrets } from './secrets.ts'

export interface FanOutStats {
  /** Lists that run. */
  readonly lists: number
  /** Requests in flight. */
  readonly inFlight: number
  /** Sockets, from the first step of connecting until they are closed. */
  readonly connections: number
  /** Connections without work. */
  readonly idle: number
}

/** What a run of a list may bring beside its options. */
export interface ListHooks extends Pick<ListPlan, 'announce' | 'careful' | 'holds' | 'failed' | 'resent'> {
  /** Names of the credentials that its requests tell. */
  readonly secrets: Iterable<string>
}

type Editable<T> = { -readonly [Key in keyof T]: T[Key] }

/**
 * Sends lists of requests, and keeps the connections for those that come later. It needs no opening; `close` it when it is no longer
 * needed. Idle connections do not hold the process open.
 */
export class FanOut {
  /** @internal */
  readonly guard: Guard
  readonly #settings: FanOutSettings
  readonly #room: Room
  readonly #policies = new ConnectionPolicies()
  #closing: Promise<void> | undefined

  /** @throws {MajordomoError} `invalid-option` naming the field */
  constructor(options: FanOutOptions = {}) {
    this.#settings = fanOutSettings(options)
    const { allow, forbid, lookup, proxy, maxConnections, logger } = this.#settings
    this.guard = new Guard({
      forbid,
      resolves: proxy === undefined,
      ...(allow === undefined ? {} : { allow }),
      ...(lookup === undefined ? {} : { lookup }),
    })
    this.#room = new Room({ guard: this.guard, proxy, maxConnections, logger })
  }

  /**
   * Requests made from one source, to be customised one by one: so many, or one for each URL or each set of differences.
   * @throws {MajordomoError} `invalid-option`
   */
  createList(
    source: Partial<FanOutRequest>,
    items: number | readonly (string | Partial<FanOutRequest>)[],
  ): Editable<FanOutRequest>[] {
    const differences: readonly (string | object)[] =
      typeof items === 'number' ? Array.from({ length: items }, () => ({})) : items
    if (!Array.isArray(differences))
      throw invalidOption('items', 'a number, or an array of URLs or requests', items)
    return differences.map((item) => ({
      url: '',
      ...source,
      ...(typeof item === 'string' ? { url: item } : item),
    }))
  }

  /**
   * Launches the list; does not wait for anything.
   * @throws {MajordomoError} `invalid-option` naming the request and field; `manager-closed` after `close`
   */
  launch(requests: Iterable<FanOutRequest>, options: ListOptions = {}): FanOutList {
    if (typeof requests !== 'object' || requests === null || !(Symbol.iterator in requests))
      throw hiddenOption(
        'requests',
        "an array, or another iterable, of requests such as { url: 'https://bmc.example/' }",
      )
    if (typeof options !== 'object' || options === null)
      throw invalidOption('options', 'an object such as { concurrency: 500 }', options)
    const id = randomUUID()
    const preparer = this.preparer(id, options.source)
    const prepared = preparer.prepareAll([...requests])
    const secrets = prepared.flatMap(({ secret }) => secret ?? [])
    return this.launchPrepared(id, prepared, options, { secrets })
  }

  /** @internal */
  preparer(listId: string, source: Partial<FanOutRequest> | undefined): Preparer {
    const { serviceName } = this.#settings
    return new Preparer({ source, serviceName, listId, connections: this.#policies })
  }

  /** @internal */
  launchPrepared(id: string, requests: Requests, options: ListOptions, hooks: ListHooks): FanOutList {
    if (this.#closing !== undefined) throw new MajordomoError('manager-closed', 'the fan-out is closed')
    const settings = listSettings(options)
    const secrets = new ListSecrets(this.#settings.secrets, this.#policies, this.#settings.logger)
    const names = new Set(hooks.secrets)
    const plan: ListPlan = {
      ...settings,
      id,
      requests,
      resent: hooks.resent,
      careful: hooks.careful,
      holds: hooks.holds,
      failed: hooks.failed,
      announce: names.size === 0 ? hooks.announce : afterwards(secrets.resolve(names), hooks.announce),
      withCredentials: (request) => secrets.applied(request),
    }
    return new FanOutList(this.#room.launch(plan))
  }

  /** Whether lists can be launched. */
  alive(): boolean {
    return this.#closing === undefined
  }

  stats(): FanOutStats {
    const { lanes, lists, inFlight } = this.#room
    return { lists, inFlight, connections: lanes.sockets.open, idle: lanes.idle }
  }

  /** Cancels all lists and closes all connections; resolves when nothing is left. Again and again the same. */
  close(): Promise<void> {
    this.#closing ??= this.#room.close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** The first announcement waits for what has to be there before any request is sent. */
function afterwards(
  first: Promise<void>,
  announce: ListHooks['announce'],
): NonNullable<ListHooks['announce']> {
  return async (before) => {
    await first
    await announce?.(before)
  }
}

/** Options of {@link fanOut}. */
export type FanOutCall = ListOptions & (OwnFanOut | SharedFanOut)

interface OwnFanOut extends FanOutOptions {
  readonly with?: never
}

type SharedFanOut = { readonly [Name in keyof FanOutOptions]?: never } & {
  /** Whose connections to use. It has its options of a FanOut already, so that there can be none beside it. */
  readonly with: FanOut
}

/**
 * Sends a list of requests and tells what comes of each, as it comes:
 * `for await (const item of fanOut(urls.map((url) => ({ url })), { concurrency: 500 })) …`.
 * Leaving the loop cancels the rest. With `with` it uses, and leaves open, the connections of that FanOut; else it has its own.
 *
 * @throws {MajordomoError} `invalid-option` naming the request and field, at the first step
 */
export async function* fanOut(
  requests: Iterable<FanOutRequest>,
  options: FanOutCall = {},
): AsyncGenerator<FanOutItem, void, undefined> {
  const [made, list] = divided(optionsIn(options))
  const [beside] = Object.keys(made)
  if (options.with !== undefined && typeof options.with?.launch !== 'function')
    throw invalidOption('with', 'a FanOut', options.with)
  if (options.with !== undefined && beside !== undefined)
    throw hiddenOption(beside, 'left out, because the FanOut of "with" has its own')
  const room = options.with ?? new FanOut(made)
  try {
    const launched = room.launch(requests, list)
    try {
      yield* launched
    } finally {
      await launched.close()
    }
  } finally {
    if (options.with === undefined) await room.close()
  }
}

function optionsIn(options: FanOutCall): FanOutCall {
  if (typeof options !== 'object' || options === null)
    throw invalidOption('options', 'an object such as { concurrency: 500 }', options)
  known(options, [...LIST_OPTIONS, ...FAN_OUT_OPTIONS, 'with'], '')
  return options
}

/** Options of the fan-out, and those of the list. */
function divided(options: FanOutCall): [FanOutOptions, ListOptions] {
  const made: Record<string, unknown> = {}
  const list: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(options))
    if (name !== 'with') ((FAN_OUT_OPTIONS as readonly string[]).includes(name) ? made : list)[name] = value
  return [made, list]
}
