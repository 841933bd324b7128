import { Pool, ProxyAgent, type Dispatcher } from 'undici'
import type { ConnectionPolicy, Prepared } from '../prepared.ts'
import { tlsOptions } from './connector.ts'
import type { LaneOffice } from './http1.ts'
import type { Exchange, Lane, Line } from './lane.ts'

/** A proxy that the host has chosen; it, and not this process, resolves the names of targets. */
export interface ProxyOptions {
  /** `http:` or `https:`, without path; user and password in it are sent as Proxy-Authorization. */
  readonly url: string
  /** Value of the Proxy-Authorization header (RFC 9110, section 11.7.2), such as `Bearer …`. */
  readonly token?: string
}

/**
 * For each step of connecting through a proxy, in ms: undici's own ten seconds would cut the request's limits short, and without
 * any a step that hangs would keep its socket for ever, because the agent does not let one go that is not connected.
 */
const LONGEST_STEP = 600_000

/** Everything of one connection policy that goes through a proxy; undici's agent keeps the connections. */
export class ProxyLane implements Lane {
  /** Its agent is kept for as long as the room. */
  readonly connections = 1
  readonly #agent: ProxyAgent
  readonly #policy: ConnectionPolicy
  readonly #office: LaneOffice

  constructor(proxy: ProxyOptions, policy: ConnectionPolicy, office: LaneOffice) {
    this.#policy = policy
    this.#office = office
    this.#agent = new ProxyAgent({
      uri: proxy.url,
      ...(proxy.token === undefined ? {} : { token: proxy.token }),
      proxyTls: { timeout: LONGEST_STEP },
      requestTls: { ...tlsOptions(policy.tls), timeout: LONGEST_STEP },
      proxyTunnel: true,
      clientFactory: (origin, options) => new TunnelPool(origin, options),
      keepAliveTimeout: policy.idleTimeout,
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  take(): Line | undefined {
    return this.#office.sockets.room ? new ProxiedLine(this.#agent, this.#policy, this.#office) : undefined
  }

  reap(): void {
    // The agent does it.
  }

  shed(): number {
    return 0
  }

  close(): void {
    void this.#agent.destroy()
  }
}

/**
 * Connections to the proxy itself. Where it closes one instead of an answer, undici takes that for a connection that was closed
 * for want of work, and asks for the tunnel again and again until the time of connecting is over.
 */
class TunnelPool extends Pool {
  override connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData>
  override connect(
    options: Dispatcher.ConnectOptions,
    callback: (error: Error | null, data: Dispatcher.ConnectData) => void,
  ): void
  override connect(
    options: Dispatcher.ConnectOptions,
    callback?: (error: Error | null, data: Dispatcher.ConnectData) => void,
  ): Promise<Dispatcher.ConnectData> | void {
    if (callback !== undefined) return super.connect(options, callback)
    return super.connect(options).catch((error: unknown) => {
      const isLost = (error as NodeJS.ErrnoException).code === 'UND_ERR_SOCKET'
      throw isLost
        ? new Error('the proxy closed the connection instead of an answer', { cause: error })
        : error
    })
  }
}

class ProxiedLine implements Line {
  /** Not known: the agent does not tell. */
  readonly reused = false
  #controller: Dispatcher.DispatchController | undefined
  #exchange: Exchange | undefined
  #over = false
  readonly #agent: ProxyAgent
  readonly #policy: ConnectionPolicy
  readonly #office: LaneOffice

  constructor(agent: ProxyAgent, policy: ConnectionPolicy, office: LaneOffice) {
    this.#agent = agent
    this.#policy = policy
    this.#office = office
    office.sockets.open++
  }

  begin({ origin, path, method, headers, body }: Prepared, exchange: Exchange): void {
    this.#exchange = exchange
    this.#agent.dispatch(
      { origin, path, method, headers: valuesByName(headers), body, reset: !this.#policy.keepAlive },
      {
        onRequestStart: (controller, context) => {
          this.#controller = controller
          if (this.#exchange === undefined) controller.abort(new Error('not wanted any more'))
          else this.#exchange.onRequestStart?.(controller, context)
        },
        onResponseStart: (...told) => this.#exchange?.onResponseStart?.(...told),
        onResponseData: (...told) => this.#exchange?.onResponseData?.(...told),
        onResponseEnd: (...told) => this.#exchange?.onResponseEnd?.(...told),
        onResponseError: (...told) => this.#exchange?.onResponseError?.(...told),
      },
    )
  }

  keptFor(): void {
    // The agent hears of it too.
  }

  release(): void {
    this.#end()
  }

  drop(): void {
    this.#exchange = undefined
    this.#controller?.abort(new Error('not wanted any more'))
    this.#end()
  }

  #end(): void {
    if (this.#over) return
    this.#over = true
    this.#exchange = undefined
    this.#office.sockets.open--
    this.#office.freed()
  }
}

/** The agent would take a list for a record, in which only the last value of a name has its place. */
function valuesByName(flat: readonly string[]): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {}
  for (let i = 0; i < flat.length; i += 2) {
    const [name, value] = [flat[i]!, flat[i + 1]!]
    const before = values[name]
    values[name] = before === undefined ? value : [before, value].flat()
  }
  return values
}
