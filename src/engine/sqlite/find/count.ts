import { COUNT_LIMIT, type TaskFilter, type TaskPage } from '../../../core/query.ts'
import { TextSearch } from '../../shared/text-search.ts'
import type { Store } from '../store.ts'
import { conditionsOf, sqlOf } from './conditions.ts'
import { fitting } from './fitting.ts'
import { Merged } from './merged.ts'
import { planOf, type Plan, type Source } from './plan.ts'
import { IndexStream, ListStream } from './streams.ts'
import { MOST_SEARCHED, found } from './text.ts'

/** The total of a page looks at no more tasks than this, where they have to be looked at one by one. */
const MOST_LOOKED_AT = COUNT_LIMIT + 1
/** So many in one slice of an exact count. */
const SLICE = 50_000
const SLICE_TO_LOOK_AT = 10_000
/** So many at once have to be read for a text. */
const READ = 100

/** How many fit a page's filter, counted up to {@link COUNT_LIMIT}. */
export function total(
  store: Store,
  plan: Plan,
  text: string | undefined,
): Pick<TaskPage, 'total' | 'totalCapped'> {
  if (plan.isLarge && text === undefined) return { total: COUNT_LIMIT, totalCapped: true }
  const count = countOf(store, plan, text)
  while (!count.done && count.count <= COUNT_LIMIT && count.looked < MOST_LOOKED_AT && !count.tired)
    count.step(MOST_LOOKED_AT - count.looked)
  if (count.count > COUNT_LIMIT) return { total: COUNT_LIMIT, totalCapped: true }
  return count.done ? { total: count.count } : { total: count.count, totalCapped: true }
}

/** A count of all that fit, a slice at a time: whoever asks for it lets others have their turn between two slices. */
export interface Count {
  readonly count: number
  /** How many had to be looked at. */
  readonly looked: number
  readonly done: boolean
  /** It has read so much that others should have their turn. */
  readonly tired: boolean
  /** Counts on, and looks at so many at most. */
  step(most?: number): void
}

/** Undefined where nothing can fit. */
export function counting(store: Store, filter: TaskFilter): Count | undefined {
  const conditions = conditionsOf(store, filter)
  return conditions === undefined
    ? undefined
    : countOf(store, planOf(store, 'createdAt', conditions), filter.text)
}

function countOf(store: Store, plan: Plan, text: string | undefined): Count {
  return text === undefined ? new CountInFile(store, plan) : new CountByText(store, plan, text)
}

/** Counts without reading anything: by what is known, by an index, or by a look at each task that an index leads to. */
class CountInFile implements Count {
  count: number
  looked = 0
  readonly tired = false
  readonly #left: Source[]
  #from: number

  constructor(
    private readonly store: Store,
    private readonly plan: Plan,
  ) {
    this.count = plan.size ?? 0
    this.#left = plan.size === undefined ? [...plan.sources] : []
    this.#from = plan.most
  }

  get done(): boolean {
    return this.#left.length === 0
  }

  step(most = Number.POSITIVE_INFINITY): void {
    const source = this.#left[0]
    if (source === undefined) return
    const { stream, rest } = source
    if (stream instanceof IndexStream) this.#countIndex(stream, rest, most)
    else if (stream instanceof ListStream) this.#countList(stream, source)
  }

  #countIndex(stream: IndexStream, rest: Source['rest'], most: number): void {
    const slice = Math.min(most, rest === undefined ? SLICE : SLICE_TO_LOOK_AT)
    const condition = rest === undefined ? undefined : sqlOf(this.store, rest)
    const counted = stream.count(this.#from, this.plan.least, slice, condition)
    this.count += counted.fitting
    this.looked += counted.looked
    if (counted.looked < slice) this.#next()
    else this.#from = counted.last - 1
  }

  #countList({ places }: ListStream, source: Source): void {
    const { least, most } = this.plan
    const within = places.filter(({ at }) => at >= least && at <= most)
    this.count += fitting(
      this.store,
      within.map((place) => ({ ...place, source })),
    ).length
    this.looked += within.length
    this.#next()
  }

  #next(): void {
    this.#left.shift()
    this.#from = this.plan.most
  }
}

/** Reads what may fit, the newest first. */
class CountByText implements Count {
  count = 0
  looked = 0
  done = false
  readonly #merged: Merged<Source>
  readonly #search: TextSearch

  constructor(
    private readonly store: Store,
    private readonly plan: Plan,
    text: string,
  ) {
    this.#merged = new Merged(plan.sources, plan.most, false, READ)
    this.#search = new TextSearch(text, MOST_SEARCHED)
  }

  get tired(): boolean {
    return this.#search.tired
  }

  step(): void {
    if (this.tired) this.#search.rest()
    const { store, plan } = this
    const places = this.#merged.take(READ).filter(({ at }) => at >= plan.least)
    this.looked += places.length
    this.done = places.length < READ
    this.count += found(store, this.#search, fitting(store, places)).length
  }
}
