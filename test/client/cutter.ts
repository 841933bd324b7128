import { EventEmitter, on, once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A proxy that drops its connections when it is told to, as a network does when it is not. */
export interface Cutter {
  readonly port: number
  /** How many connections were made through it. */
  readonly made: number
  /** Where new connections go. */
  target: number
  /** Drops every connection in mid-stream. */
  cut(): void
  /** Settles once this text has come from the service, in one piece. */
  passed(text: string): Promise<void>
  /** From now on new connections are dropped at once; `false`: no longer. */
  refuse(yes: boolean): void
  close(): void
}

export async function startCutter(target: number): Promise<Cutter> {
  const sockets = new Set<Socket>()
  const happenings = new EventEmitter()
  let made = 0
  let refusing = false
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  }
  const server = createServer((client) => {
    made++
    keep(client)
    if (refusing) return void client.resetAndDestroy()
    const upstream = connect(cutter.target, '127.0.0.1')
    keep(upstream)
    client.pipe(upstream).pipe(client)
    upstream.on('data', (piece: Buffer) => happenings.emit('piece', piece.toString()))
    client.on('end', () => upstream.destroy()).on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  const cutter = {
    port: (server.address() as AddressInfo).port,
    target,
    get made() {
      return made
    },
    cut() {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    async passed(text: string) {
      for await (const [piece] of on(happenings, 'piece')) if (String(piece).includes(text)) return
    },
    refuse(yes: boolean) {
      refusing = yes
    },
    close() {
      server.close()
      this.cut()
    },
  }
  return cutter
}
