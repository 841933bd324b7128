import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Readers of the event stream that only count what comes. */
export class Readers {
  readonly #sockets: Socket[] = []
  bytes = 0
  lost = 0

  async join(port: number, count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const socket = connect(port, '127.0.0.1')
      socket.write('GET /hk/events HTTP/1.1\r\nHost: localhost\r\nX-User: bench\r\n\r\n')
      await once(socket, 'data')
      socket.on('data', (chunk: Buffer) => (this.bytes += chunk.length))
      socket.on('error', () => undefined).on('close', () => this.lost++)
      this.#sockets.push(socket)
    }
  }

  leave(): void {
    for (const socket of this.#sockets) socket.removeAllListeners('close').destroy()
  }
}
