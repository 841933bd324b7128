import { join } from 'node:path'
import { localFiles } from '../../src/files/index.ts'
import { Manager } from '../../src/index.ts'
import { processRunner } from '../../src/animators/process/index.ts'
import { sqlite } from '../../src/engine/sqlite/index.ts'

/** A service that runs commands and remembers them in a folder; with a command, it creates a task of it. */
const [folder, options, script] = process.argv.slice(2)
const manager = new Manager({
  engine: sqlite({ file: join(folder!, 'tasks.db') }),
  files: localFiles(join(folder!, 'files')),
})
manager.register(
  'PROCESS',
  processRunner({ allow: [], shells: ['bash'], ...(JSON.parse(options!) as object) }),
)
await manager.open()
if (script !== undefined) await manager.create('PROCESS', { script })
const { items } = await manager.list()
const { id } = items[0]!
// What its attempts print, one after the other, is told to the test.
for await (const { text, attempt } of manager.follow(id, { stream: 'stdout' }))
  console.log(`attempt ${attempt}: ${text}`)
console.log(`end ${(await manager.get(id)).state}`)
await manager.close()
