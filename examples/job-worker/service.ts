import express, { type Express } from 'express'
import { Manager, type Duration, type Logger } from '../../src/index.ts'
import { processRunner } from '../../src/animators/process/index.ts'
import { housekeepingRouter, type AccessRules } from '../../src/rest/index.ts'
import type { Caller, Tokens } from './tokens.ts'

/** Readers look; writers also register, start and stop jobs. */
function rules(tokens: Tokens): AccessRules<Caller> {
  const writes = ({ role }: Caller): boolean => role === 'writer'
  return {
    subject: (req) => tokens.callerOf(req.headers.authorization),
    canView: () => true,
    canCreate: writes,
    canCancel: writes,
    canManage: writes,
  }
}

export interface Service {
  readonly app: Express
  readonly manager: Manager
}

/** @param timeout of a job that says nothing of it */
export function createService(tokens: Tokens, logger: Logger, timeout: Duration): Service {
  const manager = new Manager({ logger, purgeDelay: '1h' })
  const jobs = processRunner({
    summary: 'Run a command on this machine',
    // What this service is for: whoever holds a client certificate and a writer's token may do whatever it may.
    allow: 'any',
    shells: ['bash', 'sh'],
    env: { inherit: ['LANG', 'TZ'], accept: 'any' },
    timeout,
  })
  manager.register('PROCESS', jobs)
  const app = express()
  app.disable('x-powered-by')
  app.use('/jobs', housekeepingRouter(manager, { access: rules(tokens), logger }))
  return { app, manager }
}
