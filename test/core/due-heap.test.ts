import { expect } from 'chai'
import * as fc from 'fast-check'
import { DueHeap, type Due } from '../../src/core/due-heap.ts'

interface Item extends Due {
  readonly name: number
}

const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('set' as const), name: fc.nat(15), due: fc.nat(50) }),
    fc.record({ do: fc.constant('delete' as const), name: fc.nat(15), due: fc.constant(0) }),
    fc.record({ do: fc.constant('take' as const), name: fc.constant(0), due: fc.nat(60) }),
  ),
  { maxLength: 200 },
)

describe('A heap of what is due', () => {
  it('does the same as a sorted list, whatever is put in, moved and taken out', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const items = Array.from({ length: 16 }, (_, name): Item => ({ name, due: 0, place: -1 }))
        const heap = new DueHeap<Item>()
        const list = new Map<number, number>()
        for (const step of all) {
          if (step.do === 'set') {
            heap.set(items[step.name]!, step.due)
            list.set(step.name, step.due)
          } else if (step.do === 'delete') {
            heap.delete(items[step.name]!)
            list.delete(step.name)
          } else {
            const soonest = Math.min(...list.values())
            const taken = heap.take(step.due)
            expect(taken?.due).to.equal(soonest <= step.due ? soonest : undefined)
            if (taken !== undefined) {
              expect(taken.due).to.equal(list.get(taken.name))
              expect(taken.place).to.equal(-1)
              list.delete(taken.name)
            }
          }
          expect(heap.size).to.equal(list.size)
          expect(heap.peek()?.due).to.equal(list.size === 0 ? undefined : Math.min(...list.values()))
        }
      }),
    )
  })

  it('forgets all when it is cleared, and takes its items again', () => {
    const heap = new DueHeap<Due>()
    const item = { due: 0, place: -1 }
    heap.set(item, 5)
    heap.set({ due: 0, place: -1 }, 3)
    heap.clear()
    expect([heap.size, heap.peek(), item.place]).to.deep.equal([0, undefined, -1])
    heap.set(item, 7)
    expect(heap.take(7)).to.equal(item)
  })
})
