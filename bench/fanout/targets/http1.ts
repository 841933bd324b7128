import type { Socket } from 'node:net'
import type { Answers, Asker } from './answers.ts'
import type { Counter } from './counts.ts'

export const BODY = '{"firmware":"1.2.3","n":42}'
const RESPONSE = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\nConnection: keep-alive\r\n\r\n${BODY}`,
)
const END_OF_HEAD = '\r\n\r\n'
/** Method and path stand in the first bytes. */
const START = 64

/**
 * HTTP/1.1 as far as one connection of a client needs it that asks without bodies and waits for each answer. node:http
 * would take longer for an answer than the clients that are measured take for a request.
 */
export class Http1Connection implements Asker {
  waits = false
  readonly #socket: Socket
  readonly #answers: Answers
  #head = ''

  constructor(socket: Socket, answers: Answers, counter: Counter, resumed = false) {
    this.#socket = socket
    this.#answers = answers
    counter.opened(resumed)
    socket.on('data', (chunk) => this.#read(chunk))
    // A client that is killed resets its connections.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      answers.gone(this)
      counter.closed()
    })
  }

  answer(): void {
    this.#socket.write(RESPONSE)
  }

  #read(chunk: Buffer): void {
    const whole =
      this.#head === '' && chunk.toString('latin1', chunk.length - END_OF_HEAD.length) === END_OF_HEAD
    if (whole) return this.#take(chunk.toString('latin1', 0, START))
    this.#head += chunk.toString('latin1')
    if (!this.#head.endsWith(END_OF_HEAD)) return
    const head = this.#head
    this.#head = ''
    this.#take(head)
  }

  #take(head: string): void {
    this.#answers.take(head.split(' ', 2)[1]!, this)
  }
}
