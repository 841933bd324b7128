/** Processes that print at the same time, as tasks. crowd.mjs PROCESSES MEBIBYTES */
import { grown, runner } from './runner.mjs'

const [processes, mebibytes] = process.argv.slice(2).map(Number)
const bytes = mebibytes * 1_048_576
const manager = runner(processes)
const warm = await manager.create('PROCESS', { command: ['/bin/true'] })
await manager.waitFor(warm.task.id)
const command = ['/bin/sh', '-c', `yes ${'x'.repeat(63)} | head -c ${bytes}`]
const ends = []
const began = performance.now()
const growth = await grown(async () => {
  const one = async () => {
    const { task } = await manager.create('PROCESS', { command })
    const { result } = await manager.waitFor(task.id)
    if (result.stdout !== bytes) throw new Error(JSON.stringify(result))
    ends.push(performance.now() - began)
  }
  await Promise.all(Array.from({ length: processes }, one))
})
await manager.close()
const [first, last] = [Math.min(...ends), Math.max(...ends)]
console.log(
  JSON.stringify({ rate: (processes * mebibytes * 1000) / last, first: first / last, grown: growth }),
)
