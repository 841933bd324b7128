import { connect, type Socket } from 'node:net'

/** One kind of request, ready to be sent as it is. */
export interface Shot {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: unknown
}

const CONNECTIONS = 16
const HEAD_END = Buffer.from('\r\n\r\n')

/** Sends the request `count` times over a few connections that stay open, each waiting for its answer before the next. */
export async function load(port: number, shot: Shot, count: number): Promise<void> {
  const bytes = requestBytes(shot)
  let left = count
  const take = (): boolean => left-- > 0
  await Promise.all(Array.from({ length: CONNECTIONS }, () => oneConnection(port, bytes, take)))
}

function requestBytes({ method, path, body }: Shot): Buffer {
  const text = body === undefined ? '' : JSON.stringify(body)
  const about =
    body === undefined
      ? ''
      : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n`
  return Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\nX-User: bench\r\n${about}\r\n${text}`)
}

function oneConnection(port: number, bytes: Buffer, take: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1', next)
    socket.setNoDelay(true).on('error', reject)
    let received: Buffer = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      const size = answerSize(received)
      if (size === undefined || received.length < size) return
      const status = received.subarray(9, 12).toString()
      if (!status.startsWith('2')) reject(new Error(received.subarray(0, 800).toString()))
      received = received.subarray(size)
      next()
    })
    function next(): void {
      if (take()) socket.write(bytes)
      else socket.end(resolve)
    }
  })
}

/** How many bytes the answer has in all, once its head is there. */
function answerSize(bytes: Buffer): number | undefined {
  const end = bytes.indexOf(HEAD_END)
  if (end < 0) return undefined
  const length = /content-length: (\d+)/i.exec(bytes.subarray(0, end).toString('latin1'))?.[1]
  return end + HEAD_END.length + Number(length ?? 0)
}
