import { requireOpen, viewsAny } from '../guards.ts'
import type { Handler } from '../handler.ts'

export const streamEvents: Handler<'streamEvents'> = async (call) => {
  await viewsAny(call)
  requireOpen(call.manager)
  const type = call.accepted(['text/event-stream'])
  const { operation } = call.query
  return {
    status: 200,
    type,
    stream: ({ response }) =>
      call.events.serve({
        response,
        rights: call.rights,
        operations: operation === undefined ? undefined : new Set(operation),
        lastEventId: call.headers['last-event-id'],
        renew: () => call.renew(),
      }),
  }
}
