import express, { type Express } from 'express'
import { request, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Manager, type Animator, type ManagerOptions, type TaskOps } from '../../src/index.ts'
import { housekeepingRouter, type RouterOptions } from '../../src/rest/index.ts'
import { overEachEngine, type EngineKind, type Store } from '../engine/engines.ts'

/** A host with one manager, listening; and what it was told to log. */
export interface Service {
  readonly port: number
  readonly app: Express
  readonly manager: Manager
  readonly server: Server
  /** Errors that the router logged. */
  readonly logged: unknown[]
  close(): Promise<void>
}

export interface ServiceOptions {
  /** Where the tasks are kept; memory by default. */
  readonly store?: Store
  readonly mount?: string
  readonly manager?: ManagerOptions
  readonly router?: Partial<RouterOptions>
  /** What the host itself has, before the router is mounted. */
  readonly before?: (app: Express) => void
  readonly after?: (app: Express) => void
}

/** Serves a manager with the operations of {@link animators} below `/hk`; every answer is checked against the document. */
export async function serve(options: ServiceOptions = {}): Promise<Service> {
  const logged: unknown[] = []
  const { store } = options
  const manager = managerWithOperations({
    ...(store !== undefined && { engine: store.engine() }),
    ...options.manager,
  })
  const app = express()
  options.before?.(app)
  const logger = {
    ...console,
    warn: () => {},
    error: (_: string, fields?: { error?: unknown }) => void logged.push(fields?.error),
  }
  app.use(
    options.mount ?? '/hk',
    housekeepingRouter(manager, { access: 'open', validateResponses: true, logger, ...options.router }),
  )
  options.after?.(app)
  const server = app.listen(0)
  const port = await listening(server)
  return {
    port,
    app,
    manager,
    server,
    logged,
    async close() {
      await manager.close({ grace: 0 })
      await closed(server)
    },
  }
}

/** What a suite over each engine is handed. */
export interface OnEngine {
  readonly kind: EngineKind
  /** A store, removed when the suite is over. */
  store(): Store
  /** A service on a store of its own, unless it is given one. */
  serve(options?: ServiceOptions): Promise<Service>
  /** A manager on a store of its own, closed when the suite is over. */
  manager(): Manager
}

/** A suite of the REST API, once for each kind of engine. */
export function restSuite(title: string, suite: (on: OnEngine) => void, kinds?: readonly EngineKind[]): void {
  const onEngine = (kind: EngineKind) => {
    const left: (() => Promise<unknown>)[] = []
    const store = (): Store => {
      const made = kind.store()
      left.unshift(() => made.dispose())
      return made
    }
    suite({
      kind,
      store,
      serve: (options = {}) => serve({ store: store(), ...options }),
      manager() {
        const manager = managerWithOperations({ engine: store().engine() })
        left.unshift(() => manager.close({ grace: 0 }))
        return manager
      },
    })
    // Behind the suite's own hooks, which close what is on the stores.
    after(async () => {
      for (const tidy of left.splice(0)) await tidy()
    })
  }
  overEachEngine(title, onEngine, kinds)
}

export function managerWithOperations(options: ManagerOptions = {}): Manager {
  const manager = new Manager(options)
  for (const [name, animator] of Object.entries(animators)) manager.register(name, animator)
  return manager
}

export async function listening(server: Server): Promise<number> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  return (server.address() as AddressInfo).port
}

export function closed(server: Server): Promise<unknown> {
  const done = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  return done
}

/** Operations to try things with. */
export const animators: Readonly<Record<string, Animator>> = {
  ECHO: {
    summary: 'Answers its arguments',
    args: {
      type: 'object',
      properties: {
        text: { type: 'string', default: 'hello' },
        count: { type: 'integer', minimum: 0 },
        secret: { type: 'string', writeOnly: true },
        more: { $ref: '#/$defs/more' },
      },
      $defs: { more: { type: 'object' } },
    },
    run: ({ args }: TaskOps) => ({ text: (args as { text: string }).text }),
  },
  /** Runs until it is told to stop. */
  HOLD: {
    run: (ops: TaskOps) =>
      new Promise((_, reject) => ops.signal.addEventListener('abort', () => reject(ops.signal.reason))),
  },
  FAIL: {
    run: () => {
      throw new TypeError('it went wrong')
    },
  },
  /** Writes so many lines to its log. */
  LOG: {
    run: (ops: TaskOps) => {
      const { lines } = ops.args as { lines: number }
      for (let i = 1; i <= lines; i++) ops.log('info', `line ${i}`)
    },
  },
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The body read as JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a test says itself what it expects there
  readonly body: any
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>
  /** JSON, unless it is a text or bytes, which are sent as they are. */
  readonly body?: unknown
}

/** Sends a request with its path as it is, without the tidying that URLs get elsewhere. */
export async function ask(
  { port }: { port: number },
  method: string,
  path: string,
  asked: Asked = {},
): Promise<Answer> {
  const response = await opened({ port }, method, path, asked)
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  const json = /[/+]json/.test(response.headers['content-type'] ?? '') && text !== ''
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text,
    body: json ? JSON.parse(text) : undefined,
  }
}

/** The same, with the body still to be read. */
export function opened(
  { port }: { port: number },
  method: string,
  path: string,
  { headers = {}, body }: Asked = {},
): Promise<IncomingMessage> {
  const plain = body === undefined || typeof body === 'string' || Buffer.isBuffer(body)
  const bytes = plain ? body : JSON.stringify(body)
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  return new Promise((resolve, reject) => {
    request({ port, method, path, headers: { ...type, ...headers }, agent: false }, resolve)
      .on('error', reject)
      .end(bytes)
  })
}
