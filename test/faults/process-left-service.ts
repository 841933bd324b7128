import { join } from 'node:path'
import { localFiles } from '../../src/files/index.ts'
import { isEnded } from '../../src/index.ts'
import { sqlite } from '../../src/engine/sqlite/index.ts'
import { Host } from '../animators/process/host.ts'

/** A service that remembers its commands in a folder, creates some, tells how tasks end, and closes when it is told to. */
const [folder, options, ...tasks] = process.argv.slice(2)
const { manager } = new Host(JSON.parse(options!) as object, {
  engine: sqlite({ file: join(folder!, 'tasks.db') }),
  files: localFiles(join(folder!, 'files')),
})
manager.subscribe((events) => {
  for (const { task } of events)
    if (isEnded(task.state)) console.log(`end ${task.state} ${task.reason?.code}`)
})
await manager.open()
console.log('open')
for (const args of tasks) await manager.create('PROCESS', JSON.parse(args))
const open = setInterval(() => {}, 60_000)
process.once('SIGTERM', () => {
  clearInterval(open)
  void manager.close({ grace: 0 })
})
