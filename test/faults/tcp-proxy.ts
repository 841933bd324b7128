import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/**
 * | mode | bytes | new connections |
 * |---|---|---|
 * | `open` | pass | are made |
 * | `cut` | none: connections are closed | are closed |
 * | `half-open` | vanish, both ways, and nobody is told | are made, and silent |
 * | `deaf` | those to the server pass, its answers vanish | the same |
 */
export type ProxyMode = 'open' | 'cut' | 'half-open' | 'deaf'

/** A network between clients and a server on this machine, with its faults. */
export class TcpProxy {
  /** Added to each piece of bytes, each way, ms. */
  latency = 0
  #mode: ProxyMode = 'open'
  readonly #links = new Set<Link>()
  readonly #server: Server

  private constructor(target: number) {
    this.#server = createServer((client) => {
      if (this.#mode === 'cut') return void client.destroy()
      this.#links.add(
        new Link(client, connect(target, '127.0.0.1'), this, (link) => this.#links.delete(link)),
      )
    }).listen(0, '127.0.0.1')
  }

  static async before(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target)
    await once(proxy.#server, 'listening')
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get mode(): ProxyMode {
    return this.#mode
  }

  /** Connections that were silent do not come back to life: they are closed when the mode changes again. */
  set mode(mode: ProxyMode) {
    if (mode === 'cut' || this.#mode !== 'open') this.#closeAll()
    this.#mode = mode
  }

  /** The connections that there are go silent for ever, as when something in between has forgotten them; new ones work. */
  forget(): void {
    for (const link of this.#links) link.forgotten = true
  }

  close(): void {
    this.#server.close()
    this.#closeAll()
  }

  #closeAll(): void {
    for (const link of [...this.#links]) link.close()
  }
}

class Link {
  forgotten = false

  constructor(
    private readonly client: Socket,
    private readonly upstream: Socket,
    private readonly proxy: TcpProxy,
    private readonly gone: (link: Link) => void,
  ) {
    this.#carry(client, upstream, ['open', 'deaf'])
    this.#carry(upstream, client, ['open'])
  }

  #carry(from: Socket, to: Socket, modes: readonly ProxyMode[]): void {
    const passing = () => !this.forgotten && modes.includes(this.proxy.mode)
    from.on('data', (piece) => {
      if (passing()) this.#later(() => to.write(piece))
    })
    from.on('error', () => {})
    from.on('close', () => {
      if (!passing()) return
      this.#later(() => to.destroy())
      this.gone(this)
    })
  }

  /** One after the other: equal waits end in their order. */
  #later(act: () => void): void {
    const { latency } = this.proxy
    if (latency === 0) act()
    else setTimeout(act, latency)
  }

  close(): void {
    this.client.destroy()
    this.upstream.destroy()
    this.gone(this)
  }
}
