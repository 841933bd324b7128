import type { WorkerDraft, WorkerMode, WorkerState } from '../contract.ts'
import { SCRIPTS } from './scripts.ts'
import type { Session } from './session.ts'
import { workerState } from './showing.ts'

export async function announce(session: Session, worker: WorkerDraft, ttl: number): Promise<WorkerMode> {
  const { id, running, ...rest } = worker
  session.attend(id)
  session.ping()
  return session.run(SCRIPTS.announce, { id, running, ttl }, [JSON.stringify({ id, ...rest })])
}

export async function dismiss(session: Session, id: string): Promise<void> {
  await session.run(SCRIPTS.dismiss, { id })
}

export async function workers(session: Session): Promise<WorkerState[]> {
  const [, , , alive] = await session.run(SCRIPTS.settings, {})
  return alive.map(workerState).sort((a, b) => (a.id < b.id ? -1 : 1))
}

export async function setWorker(
  session: Session,
  id: string,
  mode: WorkerMode,
): Promise<WorkerState | undefined> {
  const reply = await session.run(SCRIPTS.setWorker, { id, mode })
  return reply === null ? undefined : workerState(reply)
}
