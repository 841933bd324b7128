import express, { type Express } from 'express'
import type { AddressInfo } from 'node:net'
import type { Manager } from '../../src/index.ts'
import type { AccessRules } from '../../src/rest/index.ts'
import { apiDocument, type OperationTable } from '../../src/rest/document.ts'
import { Broadcaster } from '../../src/rest/events/broadcaster.ts'
import { handlers } from '../../src/rest/handlers/index.ts'
import { settings } from '../../src/rest/options.ts'
import { RestApi } from '../../src/rest/router.ts'
import { Times } from '../../src/rest/times.ts'
import { Wire } from '../../src/rest/wire.ts'
import { operations } from '../../generated/operations.ts'
import { builtMain, builtRest } from './built.ts'

/**
 * One server to be measured, in a process of its own: `majordomo`, `bare <sample>` (a plain express route that answers
 * the same), or `routes <number>` (the API with a document of so many paths).
 */
const [kind, detail] = process.argv.slice(2)

const access: AccessRules = {
  subject: (req) => req.get('X-User'),
  canView: () => true,
  canCreate: () => true,
  canCancel: () => true,
  canManage: () => true,
}

async function busyManager(): Promise<Manager> {
  const { Manager } = await builtMain()
  const manager = new Manager({ purgeDelay: '1h' })
  const args = {
    type: 'object',
    properties: { olderThanDays: { type: 'integer' }, path: { type: 'string' } },
  }
  manager.register('UPLOAD_PURGE', { args, retain: '1s', run: () => ({ deleted: 3 }) })
  manager.register('KEPT', { args, run: () => ({ deleted: 3 }) })
  const task = {
    operation: 'KEPT',
    args: { olderThanDays: 30, path: '/data' },
    options: { tags: ['nightly'] },
  }
  await manager.createMany(Array.from({ length: 1000 }, () => task))
  return manager
}

/** Changes of kept tasks, spread evenly over each second. */
async function change(manager: Manager, perSecond: number): Promise<void> {
  const { items } = await manager.list({ limit: 1000 })
  const waiting = await manager.createMany(
    items.map(() => ({ operation: 'KEPT', options: { autoStart: false } })),
  )
  const ids = waiting.map((one) => ('task' in one ? one.task.id : ''))
  let next = 0
  setInterval(() => {
    for (let i = 0; i < perSecond / 50; i++)
      void manager.update(ids[next++ % ids.length]!, {
        priority: (next + Math.floor(next / ids.length)) % 100,
      })
  }, 20)
}

/** From the source, because no build lets others put together a router of their own; few and many are alike in it. */
function withRoutes(app: Express, manager: Manager, count: number): void {
  const extra = Array.from(
    { length: 40 },
    (_, i) => [`/extra${i}/{id}`, apiDocument.paths['/tasks/{id}']!] as const,
  )
  const paths = Object.fromEntries([...Object.entries(apiDocument.paths), ...extra].slice(0, count))
  const known = Object.entries(operations).filter(([, { path }]) => path in paths)
  const added = extra
    .filter(([path]) => path in paths)
    .map(([path]) => [path, { method: 'get', path, body: 'none' }])
  const table = Object.fromEntries([...known, ...added]) as unknown as OperationTable
  const set = settings({ access }, manager.logger)
  const wire = new Wire(new Times())
  const services = { manager, wire, events: new Broadcaster(manager, wire, set), heartbeat: set.heartbeat }
  const api = new RestApi(services, set, { document: { ...apiDocument, paths }, operations: table, handlers })
  app.use('/hk', (req, res, next) => void api.handle(req, res, next))
}

function bare(app: Express, sample: { task: unknown; page: unknown }): void {
  app.get('/hk/tasks/:id', (_req, res) => void res.json(sample.task))
  app.get('/hk/tasks', (_req, res) => void res.json(sample.page))
  app.post('/hk/tasks', express.json(), (_req, res) => void res.status(201).json(sample.task))
}

const app = express()
const manager = kind === 'bare' ? undefined : await busyManager()
if (manager === undefined) bare(app, JSON.parse(detail!) as { task: unknown; page: unknown })
else if (kind === 'routes') withRoutes(app, manager, Number(detail))
else app.use('/hk', (await builtRest()).housekeepingRouter(manager, { access }))

process.on('message', (message) => {
  if (message === 'change') void change(manager!, 1000)
  const { user, system } = process.cpuUsage()
  process.send!({ cpu: user + system, rss: process.memoryUsage().rss })
})
const server = app.listen(0, () => process.send!((server.address() as AddressInfo).port))
