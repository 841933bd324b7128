import { spawnerScript } from '../../../src/animators/process/spawner-script.ts'
import { SpawnedHost } from '../../../src/animators/process/spawner/spawned-host.ts'
import type { LaunchOrder } from '../../../src/animators/process/host/order.ts'

/** A service that launches what it is given, one JSON each, and tells how each began and ended; never closed. */
const [, ...orders] = process.argv.slice(2)
const host = new SpawnedHost(spawnerScript()!)
for (const order of orders) {
  const run = host.launch(JSON.parse(order) as LaunchOrder)
  run.started.then(
    (started) => console.log(JSON.stringify(started)),
    () => {},
  )
  run.ended.then(
    (end) => console.log(JSON.stringify(end)),
    (error: NodeJS.ErrnoException) => console.log(JSON.stringify({ code: error.code })),
  )
}
console.log(`spawner ${host.pid}`)
