import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'

/** A proxy that makes tunnels (RFC 9110, section 9.3.6) to 127.0.0.1, whatever the host is that it is asked for. */
export class TunnelProxy {
  /** What it was asked for, as `host:port`. */
  readonly asked: string[] = []
  readonly #server = http.createServer()
  readonly #sockets = new Set<net.Socket>()

  static async start(): Promise<TunnelProxy> {
    const proxy = new TunnelProxy()
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  private constructor() {
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket))
    })
    this.#server.on('connect', (request, socket) => {
      this.asked.push(request.url!)
      const upstream = net.connect(Number(request.url!.split(':').at(-1)), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        socket.pipe(upstream).pipe(socket)
      })
      upstream.on('error', () => socket.destroy())
      socket.on('close', () => upstream.destroy())
    })
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
