import { MajordomoError } from '../../core/errors.ts'
import type { TaskManager, Worker } from '../../core/manager.ts'
import type { Rights } from '../access.ts'
import type { Handler } from '../handler.ts'

interface Asking {
  readonly manager: TaskManager
  readonly rights: Rights
}

export const listWorkers: Handler<'listWorkers'> = async (call) => {
  const items = []
  for (const worker of await call.manager.workers())
    if (await manages(call, worker)) items.push(call.wire.worker(worker))
  return { status: 200, body: { items } }
}

export const updateWorker: Handler<'updateWorker'> = async (call) => {
  const { manager, params, body } = call
  const worker = (await manager.workers()).find(({ id }) => id === params.id)
  if (worker === undefined || !(await manages(call, worker))) throw new MajordomoError('worker-not-found')
  return { status: 200, body: call.wire.worker(await manager.setWorker(params.id, body.state)) }
}

/**
 * A worker tells of all that it does, and a change of it stops all of that: both need the right to manage every operation
 * that it has an animator for. One that has none is nobody's in particular: whoever manages all that there is may.
 */
async function manages({ manager, rights }: Asking, { operations }: Worker): Promise<boolean> {
  if (!rights.restricted) return true
  const names = operations.length > 0 ? operations : (await manager.operations()).map(({ name }) => name)
  for (const name of names) if ((await rights.answer('manage', name)) !== true) return false
  return names.length > 0
}
