/** What a process printed, read back as lines. readback.mjs MEBIBYTES */
import { runner } from './runner.mjs'

const mebibytes = Number(process.argv[2])
const bytes = mebibytes * 1_048_576
const manager = runner(1)
const command = ['/bin/sh', '-c', `yes ${'x'.repeat(63)} | head -c ${bytes}`]
const { task } = await manager.create('PROCESS', { command })
await manager.waitFor(task.id)
const began = performance.now()
let read = 0
for await (const { items } of manager.followPages(task.id, { stream: 'stdout' }))
  for (const { text } of items) read += text.length + 1
const seconds = (performance.now() - began) / 1000
await manager.close()
if (read !== bytes) throw new Error(`${read} of ${bytes} bytes were read back`)
console.log(JSON.stringify({ rate: mebibytes / seconds }))
