import express, { type Express } from 'express'
import type { Logger } from 'winston'
import { fanout } from '../../src/animators/fanout/index.ts'
import { Manager } from '../../src/index.ts'
import { housekeepingRouter } from '../../src/rest/index.ts'
import type { Controller } from './controllers/roll.ts'
import { fleetRoutes, OPERATION } from './routes.ts'

export interface Service {
  readonly app: Express
  readonly manager: Manager
}

/** What the service knows of its fleet. */
export interface FleetAccess {
  readonly controllers: readonly Controller[]
  readonly ca: string
  readonly username: string
  readonly password: string
}

/** Where its controllers are, and nothing else is. */
const NETWORK = '127.1.0.0/16'

/** The service that looks after a fleet of controllers, not yet listening. */
export function createService({ controllers, ca, username, password }: FleetAccess, logger: Logger): Service {
  const manager = new Manager({ logger, purgeDelay: '1h' }).register(
    OPERATION,
    fanout({
      serviceName: 'fleet',
      // Whoever may create tasks names targets: nowhere else may they lead, and nowhere else goes the password.
      allow: [NETWORK],
      secrets: { bmc: { username, password, tls: { ca }, allow: [NETWORK] } },
      logger,
    }),
  )
  const app = express().disable('x-powered-by')
  app.use(fleetRoutes(controllers, manager))
  // Open to whoever reaches the port, which is this machine only (see main.ts). A service that others reach says here
  // who may do what: see ../access.ts.
  app.use('/housekeeping', housekeepingRouter(manager, { access: 'open', logger }))
  return { app, manager }
}
