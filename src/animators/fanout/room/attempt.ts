import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Exchange, Line } from '../lanes/lane.ts'
import type { Prepared } from '../prepared.ts'
import { KeptBody, type BodyBudget } from './kept-body.ts'

/** More of a body than this is not thrown away by reading it: a new connection costs less. */
const DRAINED = 65_536

type Controller = Dispatcher.DispatchController

/** What an attempt tells its flight. */
export interface AttemptHost {
  readonly bodies: BodyBudget
  /** The connection stands, and its TLS handshake begins. */
  securing(): void
  /** The request is on its way. */
  sent(): void
  /** The head of the response is here. */
  headed(): void
  /** Some of the body is here. */
  heard(): void
  answered(answer: Answer): void
  failed(error: unknown, attempt: Attempt): void
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer | undefined
  /** The body was longer than what is kept. */
  readonly truncated: boolean
}

/** One exchange of request and response; it has nothing more to say once it is over. */
export class Attempt implements Exchange {
  over = false
  isSent = false
  status = 0
  #headers: IncomingHttpHeaders | undefined
  #kept: KeptBody | undefined
  #size = 0
  readonly #host: AttemptHost
  readonly #request: Prepared
  readonly #line: Line

  constructor(host: AttemptHost, request: Prepared, line: Line) {
    this.#host = host
    this.#request = request
    this.#line = line
  }

  begin(): void {
    this.#line.begin(this.#request, this)
  }

  /** Ends it from this side: closes its connection, or its stream of one. */
  cut(): void {
    if (this.over) return
    this.over = true
    this.#line.drop()
    this.discard()
  }

  /** Nobody needs the body. */
  discard(): void {
    this.#kept?.discard()
  }

  securing(): void {
    if (!this.over) this.#host.securing()
  }

  onRequestStart(): void {
    if (this.over) return
    this.isSent = true
    this.#host.sent()
  }

  onResponseStart(_: Controller, status: number, headers: IncomingHttpHeaders): void {
    // Informational responses (RFC 9110, section 15.2) change nothing, the time that is left neither.
    if (this.over || status < 200) return
    this.status = status
    this.#headers = headers
    const announced = headers['keep-alive']
    if (announced !== undefined) this.#keepFor(announced)
    this.#host.headed()
  }

  onResponseData(_: Controller, chunk: Buffer): void {
    if (this.over) return
    this.#size += chunk.length
    this.#kept ??= new KeptBody(this.#request.policy.keepBody, this.#host.bodies)
    this.#kept.add(chunk)
    const past = this.#size - this.#kept.length
    if (past > DRAINED || (past > 0 && this.#left() > DRAINED)) this.#cutShort()
    else this.#host.heard()
  }

  onResponseEnd(_: Controller): void {
    if (this.over) return
    if (this.#headers === undefined) {
      // An HTTP/2 stream can end without a head.
      this.onResponseError(_, new Error('the response ended before its head'))
      return
    }
    this.over = true
    this.#line.release(performance.now())
    this.#host.answered(this.#answer())
  }

  onResponseError(_: Controller, error: unknown): void {
    if (this.over) return
    this.cut()
    this.#host.failed(error, this)
  }

  /** How much of the body is still to come, where the server said so. */
  #left(): number {
    const announced = Number(this.#headers?.['content-length'] ?? 0)
    return announced - this.#size
  }

  #cutShort(): void {
    this.over = true
    this.#line.drop()
    this.#host.answered(this.#answer())
  }

  #answer(): Answer {
    const truncated = this.#size > (this.#kept?.length ?? 0)
    return { status: this.status, headers: this.#headers!, body: this.#kept?.bytes, truncated }
  }

  /** The Keep-Alive header (RFC 2068, section 19.7.1): the server may close after that, so here it is a second sooner. */
  #keepFor(announced: string | string[]): void {
    const seconds = Number(/timeout=(\d{1,9})/i.exec(String(announced))?.[1] ?? Number.NaN)
    if (seconds >= 0) this.#line.keptFor(Math.max(0, seconds * 1000 - 1000))
  }
}
