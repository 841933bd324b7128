import express from 'express'
import { readdir, statfs } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { localFiles } from '../../src/files/index.ts'
import { housekeepingRouter } from '../../src/rest/index.ts'
import { Host } from '../animators/process/host.ts'

/** A service whose files lie on a small disk, which one of its processes fills; tells what came of each step. */
const [disk, options] = process.argv.slice(2)
const root = join(disk!, 'files')
const host = new Host(JSON.parse(options!) as object, { files: localFiles(root) })
const { manager } = host
const server = express()
  .use('/hk', housekeepingRouter(manager, { access: 'open' }))
  .listen(0)
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hk/tasks`
const told: Record<string, unknown> = {}
const free = async (): Promise<number> => (await statfs(disk!)).bavail

const loud = await host.run({
  script: `yes something to tell | head -c 20000000; ! head -c 1000000 /dev/zero > more`,
})
const { items, dropped } = await manager.output(loud.id, { stream: 'stdout', tail: 1 })
const log = await host.lines(loud.id, 'log')
told['loud'] = { state: loud.state, printed: loud.result?.stdout, kept: items[0]?.seq, dropped, log }

const form = new FormData()
form.append('task', JSON.stringify({ operation: 'PROCESS', args: { command: ['true'] } }))
form.append('file', new Blob(['x'.repeat(100_000)]), 'data.txt')
const refused = await fetch(url, { method: 'POST', body: form })
told['upload'] = {
  status: refused.status,
  code: ((await refused.json()) as { code?: string }).code,
  tasks: (await manager.list()).items.length,
  folders: (await readdir(root)).filter((name) => !name.startsWith('.')).length,
  staged: await readdir(join(root, '.staging')),
}

const quiet = await host.run({ command: ['true'] })
const scripted = await host.run({ script: `: ${'x'.repeat(100_000)}` })
told['full'] = [quiet.state, scripted.state, scripted.error?.code]

const before = await free()
await manager.delete(loud.id)
// Files go after their task.
while ((await free()) < before + 1_000) await new Promise((resolve) => setImmediate(resolve))
const next = await host.run({ script: 'yes | head -c 1000000; echo last' })
const page = await manager.output(next.id, { stream: 'stdout', tail: 1 })
told['next'] = [next.state, page.items[0]?.text, page.dropped, await host.lines(next.id, 'log')]
await manager.close()
server.close()
told['notes'] = await readdir(join(root, '.running'))
console.log(JSON.stringify(told))
