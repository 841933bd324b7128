import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { makeCertificates, type Certificates } from './certificates.ts'
import { Controller } from './controller.ts'
import { habitOf, isSecure, type Habit } from './habits.ts'
import { addressOf } from './roll.ts'
import type { Orders, Ready } from './start.ts'

/** As many as the kernel takes may wait to be accepted, because all of a list may come at once. */
const BACKLOG = 65_535

// Ctrl-C in a terminal is told to both processes; this one ends with the other, whatever becomes of that.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
process.on('disconnect', () => process.exit(0))

const [orders] = (await once(process, 'message')) as [Orders]
try {
  process.send!(await listening(orders))
} catch (error) {
  process.send!({ error: error instanceof Error ? error.message : String(error) } satisfies Ready)
}

async function listening({ count, username, password }: Orders): Promise<Ready> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const indexes = Array.from({ length: count }, (_, index) => index)
  const secure = indexes.filter((index) => isSecure(habitOf(index))).map(addressOf)
  const certificates = await makeCertificates(secure)
  let port = 0
  for (const index of indexes) {
    const habit = habitOf(index)
    // The first one finds the port: nobody else has it there, so nobody but another fleet could have it at the others.
    if (habit === 'absent') continue
    const { answer } = new Controller(index, habit, authorization)
    const server = serverOf(habit, certificates, answer).listen({
      host: addressOf(index),
      port,
      backlog: BACKLOG,
    })
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }
  return { port, ca: certificates.ca }
}

function serverOf(habit: Habit, { fleet, stranger }: Certificates, answer: RequestListener): Server {
  if (!isSecure(habit)) return guarded(createServer(answer))
  return guarded(createSecureServer(habit === 'secure' ? fleet : stranger, answer))
}

/** What callers do to their connections is theirs to know. */
function guarded<S extends Server>(server: S): S {
  server.on('connection', (socket) => socket.on('error', () => undefined))
  return server
}
