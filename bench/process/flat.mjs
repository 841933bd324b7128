/** Many short processes: what is left of them. flat.mjs TIMES */
import { readdirSync, readFileSync } from 'node:fs'
import { often, runner } from './runner.mjs'

const manager = runner(8, 0)
const once = async () => {
  const { task } = await manager.create('PROCESS', { command: ['/bin/echo', 'hello'] })
  await manager.waitFor(task.id).catch((error) => {
    // Purged at once, as it was asked to be.
    if (error.code !== 'task-not-found') throw error
  })
}
const zombies = () =>
  readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'latin1').split(') ')[1].split(' ')
      return fields[0] === 'Z' && Number(fields[1]) === process.pid
    } catch {
      return false
    }
  }).length
const look = () => {
  for (let i = 0; i < 3; i++) globalThis.gc()
  return {
    heap: process.memoryUsage().heapUsed / 1_048_576,
    descriptors: readdirSync('/proc/self/fd').length,
    zombies: zombies(),
  }
}
await often(500, 8, once)
const before = look()
await often(Number(process.argv[2]), 8, once)
await new Promise((resolve) => setTimeout(resolve, 200))
const after = look()
await manager.close()
console.log(
  JSON.stringify({
    heap: after.heap - before.heap,
    descriptors: after.descriptors - before.descriptors,
    zombies: after.zombies,
  }),
)
