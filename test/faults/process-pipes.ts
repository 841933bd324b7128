import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localFiles } from '../../src/files/index.ts'
import { Host } from '../animators/process/host.ts'

/** A service whose folder for temporary files takes nothing; tells how its processes have ended, and what they printed. */
const [root, options] = process.argv.slice(2)
const host = new Host(JSON.parse(options!) as object, { files: localFiles(root!) })
const script = 'echo err >&2; readlink /proc/$$/fd/1'
const ends = await Promise.all([1, 2, 3].map(() => host.run({ script })))
// It is not tried again at once, and must not fail then either.
ends.push(await host.run({ script }))
const told: unknown[] = []
for (const { id, state } of ends)
  told.push([state, await host.lines(id), await host.lines(id, 'stderr'), await host.lines(id, 'log')])
const folders = readdirSync(tmpdir()).filter((name) => name.startsWith('majordomo-fifos-'))
const pipes = folders.flatMap((name) => readdirSync(join(tmpdir(), name)))
await host.manager.close()
console.log(JSON.stringify({ ends: told, pipes }))
