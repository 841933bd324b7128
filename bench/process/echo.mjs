/** `echo`, eight at once: as a task with its output kept, or by bare spawn with pipes. echo.mjs task|bare TIMES MEGABYTES */
import { spawn } from 'node:child_process'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { ballast, often, runner } from './runner.mjs'

const [how, times, megabytes] = process.argv.slice(2)
const held = ballast(Number(megabytes))
const manager = runner(8)
const ways = {
  async task() {
    const { task } = await manager.create('PROCESS', { command: ['/bin/echo', 'hello'] })
    const { state } = await manager.waitFor(task.id)
    if (state !== 'SUCCEEDED') throw new Error(`a task ended as ${state}`)
  },
  bare: () =>
    new Promise((resolve, reject) => {
      const child = spawn('/bin/echo', ['hello'], { stdio: ['ignore', 'pipe', 'pipe'] })
      let text = ''
      child.stdout.on('data', (bytes) => (text += bytes))
      child.stderr.resume()
      child.on('error', reject)
      child.on('close', () => (text === 'hello\n' ? resolve() : reject(new Error(text))))
    }),
}
await often(20, 8, ways[how])
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
const began = performance.now()
await often(Number(times), 8, ways[how])
const seconds = (performance.now() - began) / 1000
delay.disable()
await manager.close()
console.log(JSON.stringify({ rate: Number(times) / seconds, block: delay.max / 1e6, held: held.length }))
