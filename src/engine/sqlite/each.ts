import { isStoreFault } from './faults.ts'
import type { Store } from './store.ts'

/**
 * Does the same for each item. Where a batch has failed before, each item is done as a whole or not at all, and one that
 * fails again spoils no other: `spoiled` says what is answered for it.
 */
export function each<Item, Answer>(
  store: Store,
  items: readonly Item[],
  act: (item: Item) => Answer,
  spoiled: (error: unknown) => Answer,
): Answer[] {
  if (!store.careful) return items.map(act)
  return items.map((item) => {
    try {
      return store.alone(() => act(item))
    } catch (error) {
      if (isStoreFault(error)) throw error
      return spoiled(error)
    }
  })
}

/** The same where there is no answer for an item that failed: the others are done, and the call fails. */
export function eachOrFail<Item, Answer>(
  store: Store,
  items: readonly Item[],
  act: (item: Item) => Answer,
): (Answer | undefined)[] {
  return each<Item, Answer | undefined>(store, items, act, (error) => {
    store.failed(error)
    return undefined
  })
}
