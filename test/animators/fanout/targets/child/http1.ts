import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { Exchange, type Fields } from './exchange.ts'
import { parsed, type Parsed } from './parser.ts'
import type { Tally } from './tally.ts'

/** A connection as the listener knows it. */
export interface Connection {
  readonly idle: boolean
  close(): void
  /** RST, or for a unix socket, which has none, its end. */
  reset(): void
}

export class Http1Connection implements Connection {
  #rest = ''
  #served = 0
  #current: Http1Exchange | undefined

  constructor(
    readonly socket: Socket,
    readonly reset: () => void,
    readonly tally: Tally,
    private readonly behave: (exchange: Exchange) => void,
  ) {
    socket.on('data', (bytes: Buffer) => this.#read(bytes))
    socket.on('close', () => this.#current?.left())
  }

  get idle(): boolean {
    return this.#current === undefined
  }

  get served(): number {
    return this.#served
  }

  close(): void {
    this.socket.end()
  }

  done(last: boolean): void {
    this.#current = undefined
    if (last) return void this.socket.end()
    if (this.#rest !== '') this.#next()
  }

  #read(bytes: Buffer): void {
    this.#rest += bytes.toString('latin1')
    if (this.#current === undefined) this.#next()
  }

  #next(): void {
    const request = parsed(this.#rest)
    if (request === undefined) return
    this.#rest = this.#rest.slice(request.length)
    this.tally.add('requests')
    if (this.#served++ > 0) this.tally.add('reused')
    this.tally.level('inFlight', 1)
    this.#current = new Http1Exchange(this, request)
    this.behave(this.#current)
  }
}

class Http1Exchange extends Exchange {
  readonly version = 1
  #chunked = false

  constructor(
    private readonly connection: Http1Connection,
    private readonly request: Parsed,
  ) {
    super()
  }

  get method(): string {
    return this.request.method
  }

  get target(): string {
    return this.request.target
  }

  headers(): Record<string, string> {
    return this.request.headers()
  }

  body(): string {
    return this.request.body()
  }

  get #bare(): boolean {
    return this.method === 'HEAD'
  }

  answer(status: number, fields: Fields, body: string | Buffer = '', closing = false): void {
    const said = closing ? { ...fields, Connection: 'close' } : fields
    const first = head(status, said, status === 204 || status === 304 ? undefined : Buffer.byteLength(body))
    if (typeof body === 'string') this.raw(this.#bare ? first : first + body)
    else {
      this.raw(first)
      if (!this.#bare) this.raw(body)
    }
    this.#done(closing)
  }

  begin(status: number, fields: Fields, length?: number): void {
    this.#chunked = length === undefined
    this.raw(head(status, this.#chunked ? { ...fields, 'Transfer-Encoding': 'chunked' } : fields, length))
  }

  inform(status: number, fields: Fields): boolean {
    return this.raw(head(status, fields))
  }

  piece(bytes: string | Buffer): boolean {
    if (this.#bare) return true
    if (!this.#chunked) return this.raw(bytes)
    this.raw(`${Buffer.byteLength(bytes).toString(16)}\r\n`)
    this.raw(bytes)
    return this.raw('\r\n')
  }

  drained(go: () => void): void {
    this.connection.socket.once('drain', go)
  }

  end(): void {
    if (this.#chunked && !this.#bare) this.raw('0\r\n\r\n')
    this.#done(false)
  }

  raw(bytes: string | Buffer): boolean {
    return this.connection.socket.write(bytes, 'latin1')
  }

  close(): void {
    this.#done(true)
  }

  reset(): void {
    this.connection.reset()
  }

  drop(): void {
    this.connection.socket.destroy()
  }

  refuse(): void {
    this.reset()
  }

  goAway(): void {
    this.connection.close()
  }

  whenIdle(after: number, go: () => void): void {
    const { served, socket } = this.connection
    const timer = setTimeout(() => {
      if (this.connection.served === served && this.connection.idle) go()
    }, after)
    socket.once('close', () => clearTimeout(timer))
  }

  left(): void {
    if (this.over) return
    this.connection.tally.level('inFlight', -1)
    this.ended()
  }

  #done(last: boolean): void {
    if (this.over) return
    this.connection.tally.level('inFlight', -1)
    this.ended()
    this.connection.done(last || this.request.last)
  }
}

function head(status: number, fields: Fields, length?: number): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n`
  if (length !== undefined) text += `Content-Length: ${length}\r\n`
  for (const name in fields) text += `${name}: ${fields[name]}\r\n`
  return `${text}\r\n`
}
