import { layToRest } from './ghosts.ts'
import { loadHeld } from './load.ts'
import { interrupt } from './run-writes.ts'
import { nextDue } from './sweep.ts'
import type { Store } from './store.ts'

/**
 * What the last life of the file left behind, when that did not end well: its runs are gone, so their tasks were
 * interrupted, and the keys that they had are free. Nobody has seen the tasks in this life, so no events tell of it.
 */
export function recover(store: Store): void {
  store.begin()
  store.listening = false
  loadHeld(store, { count: true, mark: 0 })
  for (const row of store.holds.rows()) if (row.hold !== undefined) interrupt(store, row.hold)
  for (const token of [...store.holds.ghosts.keys()]) layToRest(store, token)
  store.sql.run('DELETE FROM claims')
  if (store.operations.all().some((op) => op.ready > 0)) store.tidings.ready = true
  store.tidings.due(nextDue(store))
  store.commit()
}
