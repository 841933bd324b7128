import { closeSync, openSync } from 'node:fs'
import { Manager } from '../../src/index.ts'
import { processRunner } from '../../src/animators/process/index.ts'

/** Starts its processes itself. Runs a command when no descriptor is left, and another when there are some again; tells how each has ended. */
const manager = new Manager()
manager.register('PROCESS', processRunner({ allow: ['echo'], spawner: false }))

async function tell(): Promise<void> {
  const { task } = await manager.create('PROCESS', { command: ['echo', 'hello'] })
  const { state, error } = await manager.waitFor(task.id)
  told.push(`${state} ${error?.code ?? ''}`.trim())
}

const told: string[] = []
await tell()
const taken: number[] = []
try {
  for (;;) taken.push(openSync('/dev/null', 'r'))
} catch {
  await tell()
}
for (const descriptor of taken) closeSync(descriptor)
await tell()
await manager.close()
console.log(told.join(', '))
