import { createServer as createControl } from 'node:http'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { certificates } from './certificates.ts'
import { Answers } from './targets/answers.ts'
import { Counter, type Counts } from './targets/counts.ts'
import { Http1Connection } from './targets/http1.ts'
import { http2Server } from './targets/http2.ts'

/**
 * What the lists are aimed at, in a process of its own: `http1`, `tls` (with client certificates from the folder that
 * follows) or `http2`. It is asked for its counts on a port of its own, and it is as cheap as can be, because it shares
 * the machine with those who aim.
 */
const [kind, addresses, port, folder] = process.argv.slice(2)

const BACKLOG = 65_535
const MAX_STREAMS = 1_000

const counter = new Counter()
const answers = new Answers(counter)

function server(): Server {
  if (kind === 'http2') return http2Server(answers, counter, MAX_STREAMS)
  if (kind === 'tls') return tlsServer()
  return createServer({ noDelay: true }, (socket) => void new Http1Connection(socket, answers, counter))
}

function tlsServer(): Server {
  const { ca, cert, key } = certificates(folder!, 'server')
  const tls = createTlsServer(
    { ca, cert, key, requestCert: true, rejectUnauthorized: true, noDelay: true },
    (socket) => void new Http1Connection(socket, answers, counter, socket.isSessionReused()),
  )
  return tls.on('tlsClientError', (error) => console.error('target:', error.message))
}

const ASKED: Readonly<Record<string, (detail: number) => Counts | Promise<Counts>>> = {
  now: () => counter.now(),
  quiet: () => counter.quiet(),
  busy: (inFlight) => counter.busy(inFlight),
  reset: () => {
    counter.reset()
    return counter.now()
  },
}

const control = createControl((req, res) => {
  const [, what, detail] = req.url!.split('/')
  void Promise.resolve(ASKED[what!]!(Number(detail))).then((counts) => res.end(JSON.stringify(counts)))
})

// Whoever started this has gone, in whatever way.
process.once('disconnect', () => process.exit())

await listening(control, 0, '127.0.0.1')
let common = Number(port)
for (const address of addresses!.split(',')) common = await listening(server(), common, address)
process.send!({ port: common, control: (control.address() as AddressInfo).port })

/** Answers the port. */
async function listening(listener: Server, port: number, host: string): Promise<number> {
  await once(listener.listen({ port, host, backlog: BACKLOG }), 'listening')
  return (listener.address() as AddressInfo).port
}
