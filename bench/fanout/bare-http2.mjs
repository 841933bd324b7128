// node:http2 as it is: the requests go round over so many sessions to each address; status and body of each answer kept.
import { connect } from 'node:http2'
import { inTurn } from './lists.mjs'
import { load, origin } from './load.mjs'

const { count, addresses, path, transport } = load
/** MB; 10 by default, which is not enough for the streams of one session. */
const SESSION_MEMORY = 1_000

const sessions = []

function connected() {
  while (sessions.length < Math.ceil(count / transport.maxStreams))
    sessions.push(connect(origin(sessions.length % addresses), { maxSessionMemory: SESSION_MEMORY }))
}

function ask(i) {
  return new Promise((resolve) => {
    const stream = sessions[i % sessions.length].request({ ':path': path })
    const item = { index: i, status: 0, body: '' }
    stream.setEncoding('utf8')
    stream.on('response', (headers) => (item.status = headers[':status']))
    stream.on('data', (text) => (item.body += text))
    stream.on('error', (error) => (item.error = error))
    stream.on('close', () => resolve(item))
  })
}

await inTurn(
  () => {
    connected()
    return Promise.all(Array.from({ length: count }, (_, i) => ask(i)))
  },
  ({ status, body }) => status === 200 && body === load.body,
)
