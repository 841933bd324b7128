import { expect } from 'chai'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pluginRunner } from '../../src/animators/process/index.ts'
import { Manager, type Json, type Task } from '../../src/index.ts'

const fileOf = (name: string): string =>
  fileURLToPath(new URL(`../../examples/plugins/${name}`, import.meta.url))

describe('the plug-ins among the examples', () => {
  let folder: string
  let manager: Manager
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'majordomo-plugins-'))
    manager = new Manager()
    manager.register('DISK_USAGE', pluginRunner({ command: [fileOf('disk-usage.sh')] }))
    manager.register('CHECKSUM', pluginRunner({ command: [fileOf('checksum.py')] }))
  })
  afterEach(async () => {
    await manager.close({ grace: 0 })
    rmSync(folder, { recursive: true })
  })

  async function run(operation: string, args: Json): Promise<Task> {
    const { task } = await manager.create(operation, args, { retry: { limit: 2, backoff: 1 } })
    return manager.waitFor(task.id, { timeout: '30s' })
  }

  it('in Python tells a checksum, its progress and a line of the log', async () => {
    const path = join(folder, 'file')
    const content = Buffer.alloc(3_000_000, 'majordomo')
    writeFileSync(path, content)
    const task = await run('CHECKSUM', { path, algorithm: 'sha1' })
    expect(task.result).to.deep.equal({
      algorithm: 'sha1',
      bytes: content.length,
      checksum: createHash('sha1').update(content).digest('hex'),
    })
    expect(task.progress).to.include({ percent: 100, done: content.length })
    const { items } = await manager.output(task.id, { stream: 'log' })
    expect(items[0]).to.deep.include({ level: 'info', text: 'begins', data: { attempt: 1 } })
  })

  it('in Python fails at once where no attempt can succeed, and else with the end of its traceback', async () => {
    const unknown = await run('CHECKSUM', { path: '/', algorithm: 'rot13' })
    expect(unknown).to.include({ state: 'FAILED', attempt: 1 })
    expect(unknown.error).to.include({ message: 'there is no algorithm rot13', code: 'bad-algorithm' })
    const missing = await run('CHECKSUM', { path: join(folder, 'none') })
    expect(missing).to.include({ state: 'FAILED', attempt: 3 })
    expect(missing.error!.message).to.match(/^FileNotFoundError: /)
  })

  it('in Python ends when it is told to', async () => {
    const { task } = await manager.create('CHECKSUM', { path: '/dev/zero' })
    for await (const { text } of manager.follow(task.id, { stream: 'log' })) if (text === 'begins') break
    await manager.cancel(task.id)
    expect((await manager.waitFor(task.id, { timeout: '20s' })).state).to.equal('CANCELED')
    const { items } = await manager.output(task.id, { stream: 'log' })
    expect(items.map(({ text }) => text)).to.include('asked to stop')
  })

  it('in bash tells how full file systems are, whatever their folders are called', async () => {
    const odd = mkdtempSync(join(folder, `"odd"\n$(x) é-`))
    const task = await run('DISK_USAGE', { folders: [odd, '/'], most: 100 })
    const { used } = task.result as { used: Record<string, number> }
    expect(Object.keys(used)).to.deep.equal([odd, '/'])
    expect(used['/']).to.be.within(0, 100)
    expect(task.progress).to.include({ percent: 100, done: 2, total: 2 })
  })

  it('in bash fails where one is fuller than it may be, or is not there', async () => {
    const full = await run('DISK_USAGE', { folders: [folder], most: -1 })
    expect(full).to.include({ state: 'FAILED', attempt: 1 })
    expect(full.error).to.include({ code: 'disk-full' })
    const missing = await run('DISK_USAGE', { folders: [join(folder, 'none')] })
    expect(missing).to.include({ state: 'FAILED', attempt: 3 })
    expect(missing.error!.message).to.match(/No such file/)
  })
})
