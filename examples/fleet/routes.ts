import express, { Router, type ErrorRequestHandler, type Response } from 'express'
import type { FanOutItem } from '../../src/animators/fanout/index.ts'
import { MajordomoError, type Manager, type Task } from '../../src/index.ts'
import { NEWEST, type Controller } from './controllers/roll.ts'
import { isOlder, survey, update, versionIn } from './firmware.ts'

export const OPERATION = 'HTTP_FANOUT'

/**
 * | request | does |
 * |---|---|
 * | `GET /controllers` | the fleet |
 * | `POST /firmware-survey` | asks all controllers for their firmware; 202 with the task |
 * | `GET /firmware-survey/ID` | what they told: how many have which version |
 * | `POST /firmware-update` | `{ survey, version?, concurrency?, maxFailures? }`: updates those that a survey found to be old |
 *
 * How a task gets on, its items and its cancel are the housekeeping API's.
 */
export function fleetRoutes(controllers: readonly Controller[], manager: Manager): Router {
  const routes = Router()
  const byName = new Map(controllers.map((controller) => [controller.name, controller]))

  routes.get('/controllers', (_req, res) => void res.json({ items: controllers, total: controllers.length }))

  routes.post('/firmware-survey', async (_req, res) => {
    const { task } = await manager.create(OPERATION, survey(controllers), { tags: ['survey'] })
    accepted(res, task)
  })

  routes.get('/firmware-survey/:id', async (req, res) => {
    const { state } = await surveyTask(req.params.id)
    const found: Record<string, number> = {}
    for await (const { version = 'unknown' } of versions(req.params.id))
      found[version] = (found[version] ?? 0) + 1
    res.json({ state, versions: found })
  })

  routes.post('/firmware-update', express.json(), async (req, res) => {
    const { survey: id, version = NEWEST, ...limits } = updateIn(req.body)
    if (!/^\d+\.\d+\.\d+$/.test(version))
      throw new MajordomoError('invalid-request', 'version: such as 2.0.0')
    const { state } = await surveyTask(id)
    if (state !== 'SUCCEEDED') throw new MajordomoError('task-unfinished', `the survey is ${state}`)
    const old: Controller[] = []
    for await (const each of versions(id))
      if (each.version !== undefined && isOlder(each.version, version)) old.push(byName.get(each.name)!)
    // A second POST while the first one's task runs gets that task.
    const options = { tags: ['update'], dedupKey: `update to ${version}` }
    const { task } = await manager.create(OPERATION, update(old, version, limits), options)
    accepted(res, task)
  })

  async function surveyTask(id: string): Promise<Task> {
    const task = await manager.get(id)
    if (task.tags.includes('survey')) return task
    throw new MajordomoError('task-not-found', `task ${id} is no survey`)
  }

  async function* versions(id: string): AsyncGenerator<{ name: string; version: string | undefined }> {
    for (let after = 0; ;) {
      const { items, cursor } = await manager.output(id, { stream: 'items', after, limit: 1000 })
      if (items.length === 0) return
      for (const { data } of items) {
        const item = data as unknown as FanOutItem
        yield { name: item.id, version: versionIn(item) }
      }
      after = cursor
    }
  }

  routes.use(refusals)
  return routes
}

interface UpdateBody {
  readonly survey: string
  readonly version?: string
  readonly concurrency?: number
  readonly maxFailures?: number
}

function updateIn(body: unknown): UpdateBody {
  const update = body as UpdateBody | null | undefined
  if (typeof update?.survey === 'string') return update
  throw new MajordomoError('invalid-request', 'expected JSON such as { "survey": "ID of its task" }')
}

function accepted(res: Response, { id, state }: Task): void {
  const location = `/housekeeping/tasks/${id}`
  res
    .status(202)
    .location(location)
    .json({ id, state, items: `${location}/output?stream=items` })
}

const refusals: ErrorRequestHandler = (thrown: unknown, _req, res, next) => {
  const error = isBodyError(thrown) ? new MajordomoError('invalid-request', thrown.message) : thrown
  if (!MajordomoError.is(error)) return next(error)
  const { status, code, message } = error
  res.status(status).type('application/problem+json').json({ title: message, status, code })
}

/** What `express.json()` throws of a body that it cannot read; `expose` says that its message may be told. */
function isBodyError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && 'expose' in thrown && thrown.expose === true
}
