import { readdir, rm, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localFiles } from '../../src/files/index.ts'
import type { TaskOps } from '../../src/index.ts'
import { opened, serve, type Asked, type Service, type ServiceOptions } from './service.ts'

/** A service whose tasks have files; `FILE` is an operation that does nothing with them, `MAKE` runs what `making` says. */
export interface FilingService extends Service {
  readonly root: string
  /** A task of `FILE` that has these files, ended. */
  filed(files: Readonly<Record<string, string | Uint8Array>>): Promise<string>
  /** A task whose run does this in its working directory, ended. */
  made(run: (folder: string, ops: TaskOps) => unknown): Promise<string>
  /** What lies in the root: tasks, and uploads that wait for theirs. */
  kept(): Promise<{ tasks: string[]; staged: string[] }>
}

export async function serveFiles(options: ServiceOptions = {}): Promise<FilingService> {
  const root = await mkdtemp(join(tmpdir(), 'majordomo-filing-'))
  const service = await serve({ ...options, manager: { files: localFiles(root), ...options.manager } })
  const { manager } = service
  let making: (folder: string, ops: TaskOps) => unknown = () => undefined
  manager.register('FILE', { files: true, run: () => null }).register('MAKE', {
    files: true,
    async run(ops) {
      const { folder } = await ops.workspace()
      await making(folder, ops)
    },
  })
  const names = (folder: string) => readdir(folder).catch(() => [])
  return {
    ...service,
    root,
    async filed(files) {
      const upload = await manager.upload()
      for (const [path, content] of Object.entries(files)) await upload.add(path, content)
      const { task } = await manager.create('FILE', {}, { files: upload })
      await manager.waitFor(task.id)
      return task.id
    },
    async made(run) {
      making = run
      const { task } = await manager.create('MAKE')
      const { state, error } = await manager.waitFor(task.id)
      if (state !== 'SUCCEEDED') throw new Error(error?.message ?? state)
      return task.id
    },
    async kept() {
      const tasks = (await names(root)).filter((name) => !name.startsWith('.'))
      return { tasks, staged: await names(join(root, '.staging')) }
    },
    async close() {
      await service.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** The answer with its body as bytes. */
export async function fetched(service: { port: number }, path: string, asked: Asked = {}, method = 'GET') {
  const response = await opened(service, method, path, asked)
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return { status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks) }
}
