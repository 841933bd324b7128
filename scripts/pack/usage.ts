/** What a user of the package writes. check-pack compiles it as ES module and as CommonJS, and runs it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express from 'express'
import winston from 'winston'
import { Manager, MajordomoError, type Task } from 'majordomo'
import { createClient } from 'majordomo/client'
import { housekeepingRouter } from 'majordomo/express'
import { fanout, fanOut, type FanOutItem } from 'majordomo/fanout'
import { localFiles } from 'majordomo/files'
import { processRunner } from 'majordomo/process'
import { FakeClock } from 'majordomo/testing'
import { taskFormat, TaskLogTransport } from 'majordomo/winston'

interface Operations {
  UPLOAD_PURGE: { olderThanDays: number }
  HTTP_FANOUT: { items: { url: string }[] }
  PROCESS: { command: string[] }
}

async function main(): Promise<void> {
  const logger = winston.createLogger({ format: taskFormat(), transports: [new TaskLogTransport()] })
  const manager = new Manager({ logger }).register('UPLOAD_PURGE', {
    args: { type: 'object', required: ['olderThanDays'], properties: { olderThanDays: { type: 'integer' } } },
    run(ops) {
      logger.info('purging')
      return { days: ops.args.olderThanDays }
    },
  })
  manager.register('HTTP_FANOUT', fanout({ allow: ['localhost'] }))
  manager.register('PROCESS', processRunner({ allow: ['echo'] }))
  const app = express().use('/housekeeping', housekeepingRouter(manager, { access: 'open' }))
  const server = app.listen(0)
  await once(server, 'listening')
  const baseUrl = `http://localhost:${(server.address() as AddressInfo).port}/housekeeping`

  const client = createClient<Operations>({ baseUrl })
  const { task } = await client.create('UPLOAD_PURGE', { olderThanDays: 30 })
  const ended = await client.waitFor(task.id)
  assert.deepEqual(ended.result, { days: 30 })

  const seen: Task = await manager.get(task.id)
  assert.equal(seen.state, 'SUCCEEDED')
  await assert.rejects(manager.create('NO_SUCH_OPERATION'), (error) => MajordomoError.is(error))
  for (const path of ['/openapi.json', '/docs/']) {
    assert.equal((await fetch(baseUrl + path)).status, 200, path)
  }
  const items: FanOutItem[] = []
  for await (const item of fanOut([{ url: `${baseUrl}/health` }])) items.push(item)
  assert.deepEqual(
    items.map(({ state, status }) => [state, status]),
    [['SUCCEEDED', 200]],
  )
  const survey = await client.create('HTTP_FANOUT', { items: [{ url: `${baseUrl}/health` }] })
  assert.equal((await client.waitFor(survey.task.id)).state, 'SUCCEEDED')
  const process = await client.create('PROCESS', { command: ['echo', 'hello'] })
  assert.equal((await client.waitFor(process.task.id)).state, 'SUCCEEDED')
  assert.equal(typeof localFiles, 'function')
  assert.equal(typeof FakeClock, 'function')

  server.close()
  server.closeAllConnections()
  await manager.close()
}

void main()
