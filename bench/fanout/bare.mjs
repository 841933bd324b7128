// undici as it is: `dispatch` over a Pool per address, so many in flight, status and body of each answer kept.
import { Pool } from 'undici'
import { inTurn } from './lists.mjs'
import { load, origin } from './load.mjs'

const { count, concurrency, path, addresses, tls } = load
const pools = Array.from(
  { length: addresses },
  (_, i) =>
    new Pool(origin(i), {
      connections: Math.ceil(concurrency / addresses),
      headersTimeout: 0,
      bodyTimeout: 0,
      connectTimeout: 60_000,
      keepAliveTimeout: 60_000,
      ...(tls === undefined ? {} : { connect: tls }),
    }),
)

class Recorder {
  #at
  #list
  #status
  #chunks = []

  constructor(at, list) {
    this.#at = at
    this.#list = list
  }

  onRequestStart() {}

  onResponseStart(_controller, status) {
    this.#status = status
  }

  onResponseData(_controller, chunk) {
    this.#chunks.push(chunk)
  }

  onResponseEnd() {
    const body = Buffer.concat(this.#chunks).toString()
    this.#list.record({ index: this.#at, status: this.#status, body })
  }

  onResponseError(_controller, error) {
    this.#list.record({ index: this.#at, error })
  }
}

class List {
  #items = []
  #sent = 0
  #done

  run() {
    const done = new Promise((resolve) => (this.#done = resolve))
    for (let i = 0; i < Math.min(concurrency, count); i++) this.#next()
    return done
  }

  record(item) {
    if (this.#items.push(item) === count) this.#done(this.#items)
    else this.#next()
  }

  #next() {
    if (this.#sent === count) return
    const at = this.#sent++
    pools[at % addresses].dispatch({ path, method: 'GET' }, new Recorder(at, this))
  }
}

await inTurn(
  () => new List().run(),
  ({ status, body }) => status === 200 && body === load.body,
)
