/** One process that prints so many MiB: as a task, or into a file that is handed to it. flood.mjs task|file MEBIBYTES */
import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { grown, runner } from './runner.mjs'

const [how, mebibytes] = process.argv.slice(2)
// Lines of 64 characters, as a program would print them.
const command = ['/bin/sh', '-c', `yes ${'x'.repeat(63)} | head -c ${Number(mebibytes) * 1_048_576}`]
const manager = runner(8)
const ways = {
  async task() {
    const { task } = await manager.create('PROCESS', { command })
    const { result } = await manager.waitFor(task.id)
    if (result.stdout !== Number(mebibytes) * 1_048_576) throw new Error(JSON.stringify(result))
  },
  async file() {
    const folder = mkdtempSync(join(tmpdir(), 'majordomo-bench-'))
    const out = openSync(join(folder, 'out'), 'w')
    const child = spawn(command[0], command.slice(1), { stdio: ['ignore', out, 'ignore'] })
    await new Promise((resolve) => child.on('close', resolve))
    closeSync(out)
    rmSync(folder, { recursive: true })
  },
}
// So that what captures is there already, as it is in a service that runs.
const warm = await manager.create('PROCESS', { command: ['/bin/true'] })
await manager.waitFor(warm.task.id)
let seconds = 0
const growth = await grown(async () => {
  const began = performance.now()
  await ways[how]()
  seconds = (performance.now() - began) / 1000
})
await manager.close()
console.log(JSON.stringify({ rate: Number(mebibytes) / seconds, grown: growth }))
