import { join } from 'node:path'
import { localFiles } from '../../src/files/index.ts'
import { sqlite } from '../../src/engine/sqlite/index.ts'
import { Host } from '../animators/process/host.ts'

/** A service that remembers its commands in a folder; creates so many of one script, or sees those that are there to their ends. */
const [folder, options, count, script] = process.argv.slice(2)
const { manager } = new Host(JSON.parse(options!) as object, {
  engine: sqlite({ file: join(folder!, 'tasks.db') }),
  files: localFiles(join(folder!, 'files')),
})
await manager.open()
for (let i = 0; i < Number(count); i++)
  await manager.create('PROCESS', { script: script! }, { retry: { limit: 2, backoff: 0 } })
const { items } = await manager.list({ limit: 100 })
const ended = await Promise.all(items.map(({ id }) => manager.waitFor(id)))
console.log(JSON.stringify(ended.map(({ state, attempt }) => `${state} ${attempt}`)))
await manager.close()
