import { MajordomoError } from '../../core/errors.ts'
import type { OperationInfo, TaskManager } from '../../core/manager.ts'
import { TASK_STATES, type TaskState } from '../../core/states.ts'
import { visibility, type Rights } from '../access.ts'
import { entitledToAll } from '../guards.ts'
import type { Handler } from '../handler.ts'

interface Asking {
  readonly manager: TaskManager
  readonly rights: Rights
}

export const listOperations: Handler<'listOperations'> = async (call) => {
  const seen = await Promise.all((await call.manager.operations()).map((info) => visible(call, info)))
  return {
    status: 200,
    body: { items: seen.filter((info) => info !== undefined).map((info) => call.wire.operation(info)) },
  }
}

export const getOperation: Handler<'getOperation'> = async (call) => {
  return { status: 200, body: call.wire.operation(await found(call, call.params.name)) }
}

export const updateOperation: Handler<'updateOperation'> = async (call) => {
  const { manager, params, body } = call
  await found(call, params.name)
  await entitledToAll(call.rights, 'manage', params.name)
  if (body.concurrency !== undefined) await manager.setConcurrency(params.name, body.concurrency ?? undefined)
  if (body.paused !== undefined)
    await (body.paused ? manager.pause(params.name) : manager.resume(params.name))
  return { status: 200, body: call.wire.operation(await found(call, params.name)) }
}

async function found(asking: Asking, name: string): Promise<OperationInfo> {
  const info = (await asking.manager.operations()).find((operation) => operation.name === name)
  const seen = info === undefined ? undefined : await visible(asking, info)
  if (seen === undefined) throw new MajordomoError('operation-not-found')
  return seen
}

/** Who sees only its own tasks of an operation is told how many those are, and not how many others have. */
async function visible({ manager, rights }: Asking, info: OperationInfo): Promise<OperationInfo | undefined> {
  const scope = await visibility(rights, [info.name])
  if (scope === undefined || scope.all.length > 0) return info
  if (scope.own.length === 0) return undefined
  const counted = TASK_STATES.map(
    async (state) => [state, await manager.count({ state: [state], visible: scope })] as const,
  )
  return { ...info, counts: Object.fromEntries(await Promise.all(counted)) as Record<TaskState, number> }
}
