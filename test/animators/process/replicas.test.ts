import { expect } from 'chai'
import { randomUUID } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { processRunner } from '../../../src/animators/process/index.ts'
import { redis } from '../../../src/engine/redis/index.ts'
import { localFiles, sharedFiles } from '../../../src/files/index.ts'
import { Manager, type FileStore } from '../../../src/index.ts'
import { removeKeys, someRedis } from '../../engine/redis-server.ts'
import { scratchFolders } from '../../faults/scratch.ts'
import { rejection } from '../../rejection.ts'

describe('processes of replicas on one Redis', () => {
  const scratch = scratchFolders()
  let server: Awaited<ReturnType<typeof someRedis>>
  let prefix: string
  const managers: Manager[] = []
  before(async function () {
    server = await someRedis()
    if (server !== undefined) return
    console.warn('replicas are not tried: set REDIS_URL, or put redis-server into the PATH')
    this.skip()
  })
  after(() => server?.stop())
  beforeEach(() => (prefix = `processes-${randomUUID()}`))
  afterEach(async () => {
    await Promise.all(managers.splice(0).map((manager) => manager.close({ grace: 0 })))
    await removeKeys(server!.url, `{${prefix}}:*`)
  })

  const replica = async (files: FileStore): Promise<Manager> => {
    const manager = new Manager({ engine: redis({ connection: server!.url, prefix }), files })
    managers.push(manager)
    return manager
  }
  const worker = async (files: FileStore): Promise<Manager> => {
    const manager = await replica(files)
    manager.register('PROCESS', processRunner({ allow: [], shells: ['bash'] }))
    await manager.open()
    return manager
  }
  const content = async (manager: Manager, id: string, path: string): Promise<string> => {
    const parts: Uint8Array[] = []
    for await (const part of (await manager.openFile(id, path)).read()) parts.push(part)
    return Buffer.concat(parts).toString()
  }

  it('are followed, and their files read, where they do not run', async () => {
    const root = await scratch()
    const done = join(root, 'done')
    const runs = await worker(sharedFiles(join(root, 'files')))
    const looks = await replica(sharedFiles(join(root, 'files')))
    const script = `echo kept > left; echo first; until [ -e ${done} ]; do sleep 0.05; done; echo last`
    const { task } = await runs.create('PROCESS', { script })
    const lines: string[] = []
    for await (const { text } of looks.follow(task.id, { stream: 'stdout' })) {
      lines.push(text!)
      // Only now, so that it was heard while it ran.
      if (text === 'first') {
        expect(await looks.get(task.id)).to.include({ state: 'ACTIVE' })
        writeFileSync(done, '')
      }
    }
    expect(lines).to.deep.equal(['first', 'last'])
    expect(await looks.waitFor(task.id)).to.include({ state: 'SUCCEEDED' })
    expect(await content(looks, task.id, 'left')).to.equal('kept\n')
    expect(await content(looks, task.id, '.majordomo/stdout')).to.equal('first\nlast\n')
  })

  it('find what was brought along to a replica that cannot run them', async () => {
    const root = await scratch()
    await worker(sharedFiles(root))
    const takes = await replica(sharedFiles(root))
    await takes.open()
    const upload = await takes.upload()
    await upload.add('in/data.txt', 'brought along')
    const { task } = await takes.create('PROCESS', { script: 'cat in/data.txt' }, { files: upload })
    expect(await takes.waitFor(task.id, { timeout: '20s' })).to.include({ state: 'SUCCEEDED' })
    expect(await content(takes, task.id, '.majordomo/stdout')).to.equal('brought along')
    await takes.delete(task.id)
    await takes.close()
    expect(existsSync(join(root, task.id))).to.equal(false)
  })

  it('say where their files are not, where each replica keeps its own', async () => {
    const runs = await worker(localFiles(await scratch()))
    const looks = await replica(localFiles(await scratch()))
    const { task } = await runs.create('PROCESS', { script: 'echo kept > left; echo hello' })
    expect(await looks.waitFor(task.id, { timeout: '20s' })).to.include({ state: 'SUCCEEDED' })
    expect(await content(runs, task.id, 'left')).to.equal('kept\n')
    for (const asked of [looks.openFile(task.id, 'left'), looks.files(task.id), looks.archive(task.id)])
      expect(await rejection(asked)).to.include({ code: 'files-elsewhere' })
    expect(await rejection(looks.upload())).to.include({ code: 'files-elsewhere' })
  })
})
