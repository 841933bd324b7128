import { once } from 'node:events'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import winston from 'winston'
import { createService } from '../../examples/file-share/service.ts'
import { createClient, type Client, type OutputEntry, type Task } from '../../src/client/index.ts'
import { TaskLogTransport } from '../../src/winston/index.ts'

export interface Operations {
  UPLOAD_PURGE: { folder?: string; olderThanDays: number; dryRun?: boolean }
  CHECKSUM_TREE: { folder?: string }
  FIND_DUPLICATES: { folder?: string; minBytes?: number }
}

export interface TestShare {
  /** Holds `files` and `checksums`. */
  readonly home: string
  readonly url: string
  readonly client: Client<Operations>
  /** The service's own. */
  readonly logger: winston.Logger
  /** Writes a file of the share that is `days` old. */
  write(path: string, content: string | Buffer, days?: number): Promise<void>
  place(path: string): string
  items(task: Task<unknown>): Promise<OutputEntry[]>
  close(): Promise<void>
}

const DAY = 86_400_000

/** The example service in this process, on real files in a folder of its own. */
export async function startShare(): Promise<TestShare> {
  const home = await mkdtemp(join(tmpdir(), 'file-share-test-'))
  const place = (path: string) => join(home, 'files', path)
  await mkdir(place(''))
  // With this in it the folder is not seeded.
  await writeFile(place('.keep'), '')
  const logger = winston.createLogger({ level: 'debug', transports: [new TaskLogTransport()] })
  const { app, manager } = await createService(home, logger)
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = createClient<Operations>({ baseUrl: `${url}/housekeeping` })
  return {
    home,
    url,
    client,
    logger,
    place,
    async write(path, content, days = 0) {
      const written = new Date(Date.now() - days * DAY)
      await mkdir(dirname(place(path)), { recursive: true })
      await writeFile(place(path), content)
      await utimes(place(path), written, written)
    },
    async items(task) {
      const seen: OutputEntry[] = []
      for await (const entry of client.output(task.id, { stream: 'items' })) seen.push(entry)
      return seen
    },
    async close() {
      await manager.close({ grace: 0 })
      server.close()
      server.closeAllConnections()
      await rm(home, { recursive: true, force: true })
    },
  }
}

const NOBODY = 65_534

/** Does `work` without the rights of root, whom no permission stops. */
export async function unprivileged<T>(work: () => Promise<T>): Promise<T> {
  const root = process.geteuid?.() === 0
  if (root) process.seteuid?.(NOBODY)
  try {
    return await work()
  } finally {
    if (root) process.seteuid?.(0)
  }
}
