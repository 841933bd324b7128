import type { Value } from '../driver.ts'
import { listed, type Sql } from '../sql.ts'
import type { SqlCondition } from './conditions.ts'

/** A task, and its place in the order of a list: its number, or its place among the ends. */
export interface Place {
  readonly at: number
  readonly seq: number
}

/** Places in order, a page at a time. */
export interface Stream {
  /** So many from a place on (inclusive), in the direction; fewer mean that there are no more. */
  page(from: number, ascending: boolean, count: number): Place[]
}

/** All from before the first to after the last. */
export const START = 0
export const END = Number.MAX_SAFE_INTEGER

/** What one look at an index came to. */
export interface Counted {
  /** How many were looked at, how many of those fit, and the last of them. */
  readonly looked: number
  readonly fitting: number
  readonly last: number
}

/** What one index finds for one key. */
export class IndexStream implements Stream {
  /**
   * @param sql where
   * @param source `table INDEXED BY index WHERE key = ?`
   * @param at the column that is the place
   * @param values of the source
   * @param held which tasks are held, where they are to be left out: where they are, the file does not know
   */
  constructor(
    private readonly sql: Sql,
    private readonly source: string,
    private readonly at: 'seq' | 'end_seq',
    private readonly values: readonly Value[],
    private readonly held?: ReadonlySet<number>,
  ) {}

  /** Of the index and the key. */
  get name(): string {
    return `${this.source} ${JSON.stringify(this.values)}`
  }

  page(from: number, ascending: boolean, count: number): Place[] {
    const { held } = this
    if (held === undefined || held.size === 0) return this.#page(from, ascending, count)
    const found: Place[] = []
    for (let next = from; ;) {
      const page = this.#page(next, ascending, count)
      for (const place of page) if (!held.has(place.seq) && found.length < count) found.push(place)
      const last = page.at(-1)
      if (page.length < count || last === undefined || found.length === count) return found
      next = ascending ? last.at + 1 : last.at - 1
    }
  }

  #page(from: number, ascending: boolean, count: number): Place[] {
    const { at, source, values } = this
    const text = ascending
      ? `SELECT ${at} AS at, seq FROM ${source} AND ${at} >= ? ORDER BY ${at} LIMIT ?`
      : `SELECT ${at} AS at, seq FROM ${source} AND ${at} <= ? ORDER BY ${at} DESC LIMIT ?`
    return this.sql.all<Place>(text, ...values, from, count)
  }

  /** How many there are, counted up to so many. */
  size(most: number): number {
    const text = `SELECT count(*) AS size FROM (SELECT 1 FROM ${this.source} AND ${this.at} >= 0 LIMIT ?)`
    return this.sql.get<{ size: number }>(text, ...this.values, most)?.size ?? 0
  }

  /** Counts those from one place down to another, both inclusive, that fit; it looks at so many at most. */
  count(from: number, to: number, most: number, rest: SqlCondition | undefined): Counted {
    const { at, source, values, held } = this
    const look = `SELECT ${at} AS at, seq FROM ${source} AND ${at} <= ? AND ${at} >= ? ORDER BY ${at} DESC LIMIT ?`
    const text =
      rest === undefined && held === undefined
        ? `SELECT count(*) AS looked, count(*) AS fitting, min(at) AS last FROM (${look})`
        : `WITH look AS MATERIALIZED (${look})
          SELECT count(*) AS looked, min(at) AS last,
            (SELECT count(*) FROM look CROSS JOIN tasks AS t NOT INDEXED ON t.seq = look.seq
             WHERE look.seq NOT IN (SELECT value FROM json_each(?)) AND ${rest?.text ?? '1'}) AS fitting
          FROM look`
    const more =
      rest === undefined && held === undefined ? [] : [listed([...(held ?? [])]), ...(rest?.values ?? [])]
    const found = this.sql.get<{ looked: number; fitting: number; last: number | null }>(
      text,
      ...values,
      from,
      to,
      most,
      ...more,
    )
    return { looked: found?.looked ?? 0, fitting: found?.fitting ?? 0, last: found?.last ?? to }
  }
}

/** Places that are known already. */
export class ListStream implements Stream {
  /** @param places ascending */
  constructor(readonly places: readonly Place[]) {}

  page(from: number, ascending: boolean, count: number): Place[] {
    const all = ascending ? this.places : this.places.toReversed()
    const rest = all.filter(({ at }) => (ascending ? at >= from : at <= from))
    return rest.slice(0, count)
  }
}
