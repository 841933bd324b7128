// The CPU time of a replica that has nothing to do, in ms per minute.
import { setTimeout as sleep } from 'node:timers/promises'
import { Manager } from 'majordomo'
import { tell } from '../lib/rounds.mjs'
import { allEnded, engineOf, scratchFile } from './engine.mjs'

const [name, where, seconds, watching] = process.argv.slice(2)
const SETTLING = 3_000
const engine = await engineOf(name, name === 'sqlite' ? scratchFile() : where)
const manager = new Manager({ engine })
manager.register('NOOP', { async run() {} })
if (watching === 'watching') manager.subscribe(() => {})
await manager.open()
await manager.create('NOOP', {})
await allEnded(manager)
await sleep(SETTLING)
const used = process.cpuUsage()
await sleep(seconds * 1000)
const { user, system } = process.cpuUsage(used)
tell({ ms: (((user + system) / 1000) * 60) / seconds })
await manager.close({ grace: 0 })
