import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listen, portIn, type Listening } from './listen.ts'
import { createLogger } from './logger.ts'
import { createService, type Service } from './service.ts'

/** `FILE_SHARE_HOME` keeps the files from one start to the next; without it they go with the process. */
const kept = process.env['FILE_SHARE_HOME']
const home = kept ?? (await mkdtemp(join(tmpdir(), 'file-share-')))

try {
  const service = await createService(home, createLogger())
  const server = await listen(service.app, portIn(process.env['PORT'] ?? '3000'))
  console.log(`The file share is up, on files in ${home}
  files       ${server.url}/files
  tasks       ${server.url}/housekeeping/tasks
  Swagger UI  ${server.url}/housekeeping/docs
  health      ${server.url}/housekeeping/health
Stop it with Ctrl+C.`)
  stopOnSignal(service, server)
} catch (error) {
  console.error(`The file share cannot start: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
  await tidy()
}

/** No new requests, then no new runs; those that go on get ten seconds. A second signal does not wait. */
function stopOnSignal({ manager }: Service, server: Listening): void {
  let asked = 0
  const stop = async (signal: string): Promise<void> => {
    if (++asked > 1) process.exit(1)
    console.log(`${signal}: stopping`)
    const closed = server.close()
    await manager.close({ grace: '10s' })
    server.dropConnections()
    await closed
    await tidy()
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stop(signal))
}

async function tidy(): Promise<void> {
  if (kept === undefined) await rm(home, { recursive: true, force: true })
}
