import type { IncomingMessage } from 'node:http'

/** How long a client that was refused may go on sending, in ms. */
const LONGEST = 30_000

/** Whether there is more of a request's body to come. */
export function isUnread(req: IncomingMessage): boolean {
  const { headers } = req
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  return hasBody && !req.complete && !req.destroyed
}

/**
 * Throws away what a client still sends that has its answer already. Many read the answer only when they have sent
 * everything, and the system takes an answer back that was not read yet when a connection is closed on them.
 *
 * Resolves when the client has sent all, or has left, or its time is up; then the connection is closed.
 */
export function drained(req: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(() => {
      req.destroy()
      done()
    }, LONGEST).unref()
    req.once('end', done).once('close', done).on('error', done).resume()
  })
}
