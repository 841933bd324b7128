// What a subject is told to ask for: one argument, in JSON (load.ts).
import { get } from 'node:http'
import { json } from 'node:stream/consumers'

export const load = JSON.parse(process.argv[2])

/** The address of the request at this place of the list: they go round. */
export function origin(i) {
  const n = (i % load.addresses) + 1
  return `${load.scheme}://127.${n >> 16}.${(n >> 8) & 255}.${n & 255}:${load.port}`
}

export function requests() {
  return Array.from({ length: load.count }, (_, i) => ({ url: `${origin(i)}${load.path}` }))
}

/** What the requests have in common. One that fails is not tried again, so that each failure is seen. */
export function source() {
  return {
    timeout: { total: '60s', connect: '60s' },
    retry: 0,
    ...(load.tls === undefined ? {} : { tls: load.tls }),
    ...(load.transport === undefined ? {} : { transport: load.transport }),
  }
}

/** How a list is run: how many at once is left to it, unless the load says so. */
export function listOptions() {
  return { source: source(), ...(load.concurrency === undefined ? {} : { concurrency: load.concurrency }) }
}

/** Whether an item is what the target has answered. */
export function good({ state, status, body, timings }) {
  return state === 'SUCCEEDED' && status === 200 && body === load.body && timings.total >= 0
}

/** Asks the target for its counts: `now`, when `quiet`, when `busy/<requests in flight>`, or to `reset` them. */
export async function target(what) {
  const told = await Promise.all(load.controls.map((port) => asked(`http://127.0.0.1:${port}/${what}`)))
  return told.reduce((one, other) =>
    Object.fromEntries(Object.keys(one).map((name) => [name, one[name] + other[name]])),
  )
}

async function asked(url) {
  const response = await new Promise((resolve, reject) => {
    get(url, { agent: false }, resolve).on('error', reject)
  })
  return json(response)
}
