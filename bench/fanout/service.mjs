// A service that has the animator.
import { Manager } from 'majordomo'
import { fanout } from 'majordomo/fanout'
import { load } from './load.mjs'

const PAGE = 1_000
/** Characters; the requests of a list are a few MB. */
const LARGEST_ARGUMENTS = 64 * 1_024 * 1_024

export async function service() {
  const manager = new Manager({ maxJson: LARGEST_ARGUMENTS })
  manager.register('HTTP_FANOUT', fanout({ allow: 'any' }))
  await manager.open()
  return manager
}

/** What the task has written. */
export async function itemsOf(manager, id) {
  const items = []
  for (let after = 0; items.length < load.count;) {
    const page = await manager.output(id, { stream: 'items', after, limit: PAGE })
    if (page.items.length === 0) break
    items.push(...page.items.map(({ data }) => data))
    after = page.cursor
  }
  return items
}
