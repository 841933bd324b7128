import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Habit } from './habits.ts'

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
const ROUND = ['/redfish/v1/a', '/redfish/v1/b', '/redfish/v1/c']

type Lie = (socket: Socket, res: ServerResponse, path: string) => void

/** What each liar does where it was asked something. It writes to the socket itself: Node's server would not let such answers pass. */
const LIES: Partial<Readonly<Record<Habit, Lie>>> = {
  short: (socket) => socket.end(`${HEAD}Content-Length: 1000\r\n\r\n{ "Version": "9.9.9" `),
  drip: (socket) => {
    socket.write(`${HEAD}Content-Length: 1000000\r\n\r\n`)
    every(50, socket, ' ')
  },
  endless: (socket) => {
    socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`)
    const piece = `10000\r\n${'x'.repeat(0x10_000)}\r\n`
    const pour = (): void => {
      while (!socket.destroyed && socket.write(piece));
    }
    socket.on('drain', pour)
    pour()
  },
  'half-way': (socket) => socket.write(`${HEAD}Content-Length: 1000\r\n\r\n{ "Version": `),
  garbage: (socket) => socket.end('SSH-2.0-dropbear_2019.78\r\n\0\x01\x02\x03'),
  'odd-length': (socket) => socket.end(`${HEAD}Content-Length: a few\r\n\r\n{}`),
  'huge-head': (socket) => socket.end(`${HEAD}X-Much: ${'x'.repeat(1_000_000)}\r\n\r\n{}`),
  'endless-head': (socket) => every(20, socket, 'HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n'),
  resets: (socket) => socket.resetAndDestroy(),
  circle: (_, res, path) => {
    const location = ROUND[(ROUND.indexOf(path) + 1) % ROUND.length]!
    res.writeHead(307, { location }).end()
  },
}

export function isLiar(habit: Habit): boolean {
  return habit in LIES
}

export function lie(habit: Habit, { socket, url }: IncomingMessage, res: ServerResponse): void {
  LIES[habit]!(socket, res, url ?? '')
}

function every(ms: number, socket: Socket, text: string): void {
  const timer = setInterval(() => socket.write(text), ms)
  socket.on('close', () => clearInterval(timer))
}
