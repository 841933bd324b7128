import express, { type Router } from 'express'
import { invalidOption } from '../core/errors.ts'
import type { Subject, TaskManager } from '../core/manager.ts'
import { Broadcaster } from './events/broadcaster.ts'
import { settings, type RouterOptions } from './options.ts'
import { RestApi } from './router.ts'
import { Times } from './times.ts'
import { Wire } from './wire.ts'

/**
 * The REST API of a manager as an Express router, with Swagger UI at `docs/`. It works in Express 4 and 5, under any
 * path, in a router inside a router, and several times in one app. It reads bodies itself, or takes what a parser of
 * the host's has made of them, and answers its own errors.
 *
 * A path that it does not have is a 404, except where it is mounted at the root of the app: there the request goes on
 * to the host.
 *
 * @example app.use('/housekeeping', housekeepingRouter(manager, { access: 'open' }))
 * @throws {MajordomoError} `invalid-option`, above all when `access` is missing
 */
export function housekeepingRouter<S extends Subject = Subject>(
  manager: TaskManager,
  options: RouterOptions<S>,
): Router {
  const set = settings(options, requireManager(manager).logger)
  const wire = new Wire(new Times())
  const api = new RestApi(
    { manager, wire, events: new Broadcaster(manager, wire, set), heartbeat: set.heartbeat },
    set,
  )
  const router = express.Router()
  router.use((req, res, next) => void api.handle(req, res, next))
  return router
}

/** Without types, anything may come: better told at the start than by each request. */
function requireManager(manager: TaskManager): TaskManager {
  const given = manager as Partial<TaskManager> | null | undefined
  if (typeof given?.create === 'function' && typeof given.subscribe === 'function') return manager
  throw invalidOption('manager', 'a Manager', manager)
}

export type { Access, AccessRules, Answer, Right } from './access.ts'
export type { EventOptions, RouterOptions, UploadOptions } from './options.ts'
