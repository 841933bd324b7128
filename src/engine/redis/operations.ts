import { TASK_STATES, type TaskState } from '../../core/states.ts'
import type { OperationDescription, OperationState } from '../contract.ts'
import { Blobs } from './blobs.ts'
import { parsed } from './record.ts'
import { SCRIPTS } from './scripts.ts'
import type { Session } from './session.ts'

export async function operations(session: Session): Promise<OperationState[]> {
  const replies = await session.run(SCRIPTS.operations, { states: TASK_STATES })
  return replies.map(([name, paused, limit, described, counts]) => ({
    name,
    paused: paused === 1,
    ...(limit === '' ? {} : { concurrency: Number(limit) }),
    ...(described === '' ? {} : { described: parsed(described) as OperationDescription }),
    counts: Object.fromEntries(TASK_STATES.map((state, i) => [state, counts[i]!])) as Record<
      TaskState,
      number
    >,
  }))
}

export async function pause(session: Session, operation: string, paused: boolean): Promise<void> {
  await session.run(SCRIPTS.pause, { operation, paused })
}

export async function limit(
  session: Session,
  operation: string,
  concurrency: number | undefined,
): Promise<void> {
  await session.run(SCRIPTS.limit, { operation, concurrency })
}

export async function describe(
  session: Session,
  descriptions: readonly OperationDescription[],
): Promise<void> {
  const blobs = new Blobs()
  for (const description of descriptions) blobs.json(description)
  await session.run(SCRIPTS.describe, { names: descriptions.map(({ name }) => name) }, blobs.texts)
}
