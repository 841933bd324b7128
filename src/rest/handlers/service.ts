import { apiDocument } from '../document.ts'
import { viewsAny } from '../guards.ts'
import type { Handler } from '../handler.ts'
import { servedDocument } from '../served-document.ts'

/** The process answers, or this would not run. */
export const getHealth: Handler<'getHealth'> = () => ({ status: 200, body: { status: 'ok' } })

export const getReady: Handler<'getReady'> = ({ manager }) => {
  const { state } = manager.status()
  // A manager that nobody used yet opens with its first task.
  if (state === 'closing' || state === 'closed') return { status: 503, body: { status: 'unavailable' } }
  return { status: 200, body: { status: 'ok' } }
}

export const getVersion: Handler<'getVersion'> = async (call) => {
  await viewsAny(call)
  return { status: 200, body: { name: 'majordomo', version: apiDocument.info.version } }
}

export const getDocument: Handler<'getDocument'> = async (call) => {
  await viewsAny(call)
  return { status: 200, body: await servedDocument(call) }
}
