import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Listening {
  readonly url: string
  /** Takes no more connections; settles once the last one is gone. */
  close(): Promise<void>
  /** Ends the connections that go on, event streams for example. */
  dropConnections(): void
}

/**
 * Listens on this machine only. A port that is taken, or not ours to take, is told in one sentence.
 * @param command how the service is started, for that sentence
 */
export async function listen(app: RequestListener, port: number, command: string): Promise<Listening> {
  const server = createServer(app)
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    throw told(error as NodeJS.ErrnoException, port, command)
  }
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://localhost:${taken}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
    dropConnections: () => server.closeAllConnections(),
  }
}

export function portIn(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new Error(`PORT must be a number from 0 to 65535, got "${text}"`)
}

function told(error: NodeJS.ErrnoException, port: number, command: string): Error {
  if (error.code === 'EADDRINUSE')
    return new Error(`port ${port} is taken; choose another: PORT=${port + 1} ${command}`)
  if (error.code === 'EACCES')
    return new Error(`port ${port} needs more rights; choose one from 1024 on: PORT=3000 ${command}`)
  return error
}
