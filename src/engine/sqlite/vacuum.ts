import type { Store } from './store.ts'

/** The file is made smaller when so large a part of it is free, and it is so many pages of 4 KiB at least. */
const TOO_MUCH = 0.25
const LEAST = 256
/** A little is always left, because what comes next needs it. */
const ENOUGH = 0.05
/** So many pages at once: each may have to be moved. */
const AT_ONCE = 512
/** ms; between, others have their turn. */
const PAUSE = 20

/**
 * Gives back what purges have left free: a slice at a time. Answers when the next slice is wanted, epoch milliseconds;
 * never, as a rule.
 */
export function vacuum(store: Store): number {
  const { sql } = store
  const free = Number(sql.pragma('freelist_count'))
  if (free < LEAST && !store.vacuuming) return Infinity
  const pages = Number(sql.pragma('page_count'))
  if (!store.vacuuming && free < pages * TOO_MUCH) return Infinity
  store.vacuuming = free > Math.max(LEAST / 2, pages * ENOUGH)
  if (store.vacuuming) {
    sql.exec(`PRAGMA incremental_vacuum(${AT_ONCE})`)
    return store.time + PAUSE
  }
  // The file shrinks when the log is brought into it.
  store.checkpoint = true
  return Infinity
}
