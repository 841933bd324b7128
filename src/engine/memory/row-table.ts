import { BLOCK, blockOf, Blocks, firstOf, placeIn } from './blocks.ts'
import type { Row } from './row.ts'

/** A row that has gone leaves its id behind, so that the ids of a block stay sorted without holes. */
type Slot = Row | string | undefined

interface RowBlock {
  readonly slots: Slot[]
  count: number
}

/** Rows by a number that is handed out in order, in blocks that go when they are empty. */
export class RowTable {
  readonly #blocks = new Blocks<RowBlock>()

  get(n: number): Row | undefined {
    const slot = this.#blocks.get(blockOf(n))?.slots[placeIn(n)]
    return typeof slot === 'string' ? undefined : slot
  }

  set(n: number, row: Row): void {
    const key = blockOf(n)
    const block = this.#blocks.get(key) ?? this.#blocks.add(key, { slots: [], count: 0 })
    block.slots[placeIn(n)] = row
    block.count++
  }

  delete(n: number): void {
    const key = blockOf(n)
    const block = this.#blocks.get(key)
    const slot = block?.slots[placeIn(n)]
    if (block === undefined || slot === undefined || typeof slot === 'string') return
    block.slots[placeIn(n)] = slot.id
    if (--block.count === 0) this.#blocks.delete(key)
  }

  all(): Row[] {
    return this.#blocks.all().flatMap(({ slots }) => slots.filter((slot) => typeof slot === 'object'))
  }

  /** The first number from which on all rows were created at or after a time (engine time, which never goes back). */
  firstSince(time: number): number {
    const block = this.#blocks.lastWhere(({ slots }) => firstRow(slots)!.created < time)
    if (block === undefined) return 0
    const { slots } = block.value
    const place = slots.findIndex((slot) => typeof slot === 'object' && slot.created >= time)
    return firstOf(block.key) + (place < 0 ? BLOCK : place)
  }

  /** The row with this id, in a table whose rows were all added in the order of their ids. */
  find(id: string): Row | undefined {
    const block = this.#blocks.lastWhere(({ slots }) => idOf(slots[firstPlace(slots)]) <= id)
    if (block === undefined) return undefined
    const { slots } = block.value
    let low = firstPlace(slots)
    let high = slots.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (idOf(slots[middle]) < id) low = middle + 1
      else high = middle
    }
    const slot = slots[low]
    return typeof slot === 'object' && slot.id === id ? slot : undefined
  }
}

function firstRow(slots: readonly Slot[]): Row | undefined {
  return slots.find((slot) => typeof slot === 'object')
}

/** A block whose first numbers were given to others begins further on. */
function firstPlace(slots: readonly Slot[]): number {
  for (let place = 0; place < BLOCK; place++) if (slots[place] !== undefined) return place
  return 0
}

function idOf(slot: Slot): string {
  return typeof slot === 'object' ? slot.id : (slot ?? '')
}
