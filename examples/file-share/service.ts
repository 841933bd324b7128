import express, { type Express } from 'express'
import { join } from 'node:path'
import type { Logger } from 'winston'
import { Manager, MajordomoError, memory, type Engine } from '../../src/index.ts'
import { housekeepingRouter } from '../../src/rest/index.ts'
import { checksumTree } from './checksums.ts'
import { findDuplicates } from './duplicates.ts'
import { Folder } from './folder.ts'
import { Manifests } from './manifest.ts'
import { uploadPurge } from './purge.ts'
import { fileRoutes } from './routes.ts'
import { seed } from './seed.ts'

export interface Service {
  readonly app: Express
  readonly manager: Manager
}

/**
 * The file share with its housekeeping, not yet listening. Files are kept in `home`/files. Several of them may share one
 * home, where the engine is one that serves several processes.
 */
export async function createService(
  home: string,
  logger: Logger,
  engine: Engine = memory(),
): Promise<Service> {
  await seed(join(home, 'files'))
  const folder = await Folder.at(join(home, 'files'))
  const manifests = new Manifests(join(home, 'checksums'))

  const manager = new Manager({ logger, engine, purgeDelay: '1h' })
    .register('UPLOAD_PURGE', uploadPurge(folder, logger))
    .register('CHECKSUM_TREE', checksumTree(folder, manifests, logger))
    .register('FIND_DUPLICATES', findDuplicates(folder, logger))
  await schedulePurge(manager)

  const app = express().disable('x-powered-by')
  app.use(fileRoutes(folder))
  // Open to whoever reaches the port, which is this machine only (see main.ts). A service that others reach says here
  // who may do what: see ../access.ts.
  app.use('/housekeeping', housekeepingRouter(manager, { access: 'open', logger }))
  return { app, manager }
}

/** Only where there is none of that name: what somebody has changed since, or paused, stays so after a restart. */
async function schedulePurge(manager: Manager): Promise<void> {
  const nightly = { operation: 'UPLOAD_PURGE', args: { olderThanDays: 365 }, cron: '30 3 * * *' }
  try {
    await manager.setSchedule('nightly-purge', nightly, { ifVersion: 0 })
  } catch (error) {
    if (!(MajordomoError.is(error) && error.code === 'version-mismatch')) throw error
  }
}
