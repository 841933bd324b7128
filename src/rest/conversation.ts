import type { Request, Response } from 'express'
import type { Upload } from '../core/files.ts'
import type { TaskManager } from '../core/manager.ts'
import { MajordomoError } from '../core/errors.ts'
import type { Gate, Rights } from './access.ts'
import type { Broadcaster } from './events/broadcaster.ts'
import type { Services } from './handler.ts'
import type { Input } from './validator.ts'
import type { Wire } from './wire.ts'

/** What a request has been found to be on its way to the handler. */
interface Coming {
  readonly gate: Gate
  readonly req: Request
  readonly res: Response
  readonly rights: Rights
  readonly input: Input
  readonly files: Upload | undefined
}

/** One request that has come as far as its handler, and its response: what `Call` promises, for any operation. */
export class Conversation implements Services {
  readonly manager: TaskManager
  readonly wire: Wire
  readonly events: Broadcaster
  readonly heartbeat: number
  readonly rights: Rights
  readonly params: Input['params']
  readonly query: Input['query']
  readonly headers: Input['headers']
  readonly body: unknown
  readonly head: boolean
  readonly files: Upload | undefined
  readonly #req: Request
  readonly #res: Response
  readonly #gate: Gate
  #left: AbortController | undefined

  constructor(services: Services, { gate, req, res, rights, input, files }: Coming) {
    this.manager = services.manager
    this.wire = services.wire
    this.events = services.events
    this.heartbeat = services.heartbeat
    this.rights = rights
    this.params = input.params
    this.query = input.query
    this.headers = input.headers
    this.body = input.body
    this.head = req.method === 'HEAD'
    this.files = files
    this.#gate = gate
    this.#req = req
    this.#res = res
  }

  async renew(): Promise<Rights> {
    return this.#gate(this.#req)
  }

  accepted<T extends string>(types: readonly T[]): T {
    const best = this.#req.accepts([...types])
    if (best === false) throw new MajordomoError('not-acceptable', `this can be had as ${types.join(', ')}`)
    return best as T
  }

  bearer(): string | undefined {
    return /^Bearer +([^\s]+)$/i.exec(this.#req.headers.authorization ?? '')?.[1]
  }

  link(path: string): string {
    return '../'.repeat(slashesIn(this.#req.path) - 1) + path
  }

  left(): AbortSignal {
    if (this.#left === undefined) {
      const controller = (this.#left = new AbortController())
      if (this.#res.destroyed) controller.abort()
      else this.#res.once('close', () => controller.abort())
    }
    return this.#left.signal
  }
}

function slashesIn(path: string): number {
  let count = 0
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) count++
  return count
}
