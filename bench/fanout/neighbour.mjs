// A service with a route of its own, which another process asks at a steady rate: while nothing runs, and while lists do.
import express from 'express'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { p99, tell } from '../lib/rounds.mjs'
import { listOptions, load, requests } from './load.mjs'
import { service } from './service.mjs'

const PER_SECOND = 200

const app = express().get('/ping', (_req, res) => void res.json({ up: true }))
const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')

const file = fileURLToPath(new URL('asker.mjs', import.meta.url))
const asker = fork(file, [`http://127.0.0.1:${server.address().port}/ping`, String(PER_SECOND)])
await once(asker, 'message')

async function asked(job) {
  asker.send('start')
  await job()
  const times = once(asker, 'message')
  asker.send('stop')
  const [all] = await times
  return { p99: p99(all), most: all.at(-1), asked: all.length }
}

async function lists() {
  for (let n = 0; n < load.lists; n++) {
    const { task } = await manager.create('HTTP_FANOUT', { ...listOptions(), items: requests() })
    const { state } = await manager.waitFor(task.id)
    if (state !== 'SUCCEEDED') throw new Error(state)
  }
}

const manager = await service()
// The first answers compile the route.
await asked(() => new Promise((resolve) => setTimeout(resolve, 500)))
const idle = await asked(() => new Promise((resolve) => setTimeout(resolve, 1_000)))
const busy = await asked(lists)
tell({ ...busy, idle: idle.p99 })
process.exit()
