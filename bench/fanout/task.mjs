// The way of a service: a task is created, runs, stores each item in its output, and ends with a summary.
import { inTurn } from './lists.mjs'
import { good, listOptions, requests } from './load.mjs'
import { itemsOf, service } from './service.mjs'

const manager = await service()

const given = requests()

await inTurn(async () => {
  const { task } = await manager.create('HTTP_FANOUT', { ...listOptions(), items: given })
  const { state, error } = await manager.waitFor(task.id)
  if (state !== 'SUCCEEDED') throw new Error(`${state}: ${JSON.stringify(error)}`)
  return () => itemsOf(manager, task.id)
}, good)
