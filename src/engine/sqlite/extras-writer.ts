import type { Extras } from './extras.ts'
import { writtenIf } from './json-text.ts'
import type { Row } from './row.ts'
import { keyText, type Sql } from './sql.ts'

const FIXED = ['seq', 'draft', 'owner', 'parent', 'root', 'priority']
/** What any change changes, and what most tasks with extras have no more of than others. */
const USUAL = ['version', 'attempt', 'modified', 'end_seq']
const RARE = [
  'dedup',
  'named',
  'wants',
  'lane',
  'not_before',
  'expires',
  'pending',
  'interrupted',
  'amended',
  'waiting_for',
  'cancel',
  'progress',
  'error',
  'history',
]
const insertOf = (columns: readonly string[]): string =>
  `INSERT INTO extras (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
const updateOf = (columns: readonly string[]): string =>
  `UPDATE extras SET ${columns.map((name) => `${name} = ?`).join(', ')} WHERE seq = ?`

const INSERT_SLIM = insertOf([...USUAL, ...FIXED])
const INSERT = insertOf([...USUAL, ...RARE, ...FIXED])
const UPDATE_SLIM = updateOf(USUAL)
const UPDATE = updateOf([...USUAL, ...RARE, 'priority'])

const TAG = 'INSERT OR IGNORE INTO tags (tag, seq) VALUES (?, ?)'
const TAG_END = 'INSERT OR IGNORE INTO tag_ends (tag, end_seq, seq) VALUES (?, ?, ?)'

type Values = (string | number | null)[]

/** Writes what rows have besides the plain columns: extras, and tags. */
export class ExtrasWriter {
  constructor(private readonly sql: Sql) {}

  /** The row itself is written: for the first time, or for the first time as ended, if so. */
  write(row: Row, { isNew, endsNow }: { readonly isNew: boolean; readonly endsNow: boolean }): void {
    const { extras } = row
    if (extras !== undefined) {
      if (extras.stored === 'no') this.#insert(row, extras)
      else this.#update(row, extras)
    }
    for (const tag of row.tags) {
      if (isNew) this.sql.run(TAG, keyText(tag), row.seq)
      if (endsNow) this.sql.run(TAG_END, keyText(tag), row.endSeq ?? null, row.seq)
    }
  }

  #insert(row: Row, extras: Extras): void {
    const { origin, root } = extras
    const fixed = [
      row.seq,
      JSON.stringify(origin),
      keyIf(origin.createdBy),
      origin.parentId ?? null,
      root ?? null,
      row.priority,
    ]
    const slim = isSlim(extras)
    if (slim) this.sql.run(INSERT_SLIM, ...usual(row), ...fixed)
    else this.sql.run(INSERT, ...usual(row), ...rare(extras), ...fixed)
    extras.stored = slim ? 'slim' : 'full'
  }

  /** Fewer columns are fewer indexes to be looked at. */
  #update(row: Row, extras: Extras): void {
    const slim = isSlim(extras)
    if (slim && extras.stored === 'slim') this.sql.run(UPDATE_SLIM, ...usual(row), row.seq)
    else this.sql.run(UPDATE, ...usual(row), ...rare(extras), row.priority, row.seq)
    extras.stored = slim ? 'slim' : 'full'
  }
}

function usual(row: Row): Values {
  return [row.version, row.attempt, row.modified, row.endSeq ?? null]
}

function rare(extras: Extras): Values {
  const { lane, origin } = extras
  return [
    extras.dedup ?? null,
    extras.named ?? null,
    lane === undefined ? null : keyIf(origin.concurrencyKey),
    lane ?? null,
    extras.notBefore ?? null,
    extras.expiresAt ?? null,
    extras.pending,
    extras.interrupted,
    extras.amended,
    extras.waitingFor ?? null,
    writtenIf(extras.cancel),
    writtenIf(extras.progress),
    writtenIf(extras.error),
    writtenIf(extras.history),
  ]
}

/** Whether all that is rare is absent. */
export function isSlim(extras: Extras): boolean {
  return (
    extras.dedup === undefined &&
    extras.named === undefined &&
    extras.lane === undefined &&
    extras.notBefore === undefined &&
    extras.expiresAt === undefined &&
    extras.pending === 0 &&
    extras.interrupted === 0 &&
    extras.amended === 0 &&
    extras.waitingFor === undefined &&
    extras.cancel === undefined &&
    extras.progress === undefined &&
    extras.error === undefined &&
    extras.history === undefined
  )
}

const keyIf = (text: string | undefined): string | null => (text === undefined ? null : keyText(text))
