import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localFiles } from '../../src/files/index.ts'
import { Host } from '../animators/process/host.ts'
import { descriptorsOf, memoryOf, spawnerOf, zombiesOf } from './process-counts.ts'

/** Runs short processes in two rounds, and tells what a service has after each; it needs `--expose-gc`. */
const [root, options, size] = process.argv.slice(2)
const AT_ONCE = 20
const host = new Host(
  { ...(JSON.parse(options!) as object), concurrency: AT_ONCE },
  { files: localFiles(root!) },
)

async function round(count: number): Promise<void> {
  let left = count
  const one = async (): Promise<void> => {
    while (left-- > 0) {
      const { id, state } = await host.run({ script: 'echo hello; echo oops >&2; exit 0' })
      if (state !== 'SUCCEEDED') throw new Error(`${id} is ${state}`)
      await host.manager.delete(id)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
}

/** What is counted, once what goes on in the background has come to rest. */
async function counted() {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    globalThis.gc!()
  }
  const spawner = spawnerOf()
  const starter = spawner ?? process.pid
  const fifos = readdirSync(tmpdir()).filter((name) => name.startsWith(`majordomo-fifos-${starter}-`))
  return {
    heap: process.memoryUsage().heapUsed,
    spawner: spawner === undefined ? 0 : memoryOf(spawner),
    descriptors: [descriptorsOf(process.pid), spawner === undefined ? 0 : descriptorsOf(spawner)],
    zombies: zombiesOf(process.pid) + zombiesOf(starter),
    folders: fifos.length,
    pipes: fifos.flatMap((name) => readdirSync(join(tmpdir(), name))).length,
    // That of the service stays until it is closed.
    notes: readdirSync(join(root!, '.running')).filter((name) => name.endsWith('.json')),
    files: readdirSync(root!).filter((name) => !name.startsWith('.')),
    staged: readdirSync(join(root!, '.staging')),
  }
}

const rounds = []
for (let i = 0; i < 2; i++) {
  await round(Number(size))
  rounds.push(await counted())
}
await host.manager.close()
console.log(JSON.stringify(rounds))
