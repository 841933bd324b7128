import type { Engine } from '../engine/contract.ts'
import type { Orderer } from './orders.ts'
import { outsideChange } from './outside-change.ts'
import { storeQuery } from './queries.ts'

/** Sets a task and all below it CANCELED, those that run too. */
export async function endTree(engine: Engine, id: string, order: Orderer): Promise<void> {
  const { reason: message = 'deleted', by } = order
  const subject = by === undefined ? {} : { subject: by }
  await engine.update(id, outsideChange({ state: 'CANCELED', message }, subject))
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await engine.list(
      storeQuery({ parentId: id, limit: 1000, ...(cursor === undefined ? {} : { cursor }) }),
    )
    if (page === 'invalid-cursor') return
    for (const child of page.items) await endTree(engine, child.id, order)
    cursor = page.cursor
  }
}
