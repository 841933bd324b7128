// A no-op task from its creation until it is purged: arguments checked by a schema, all indexes, one listener of events.
import { Manager } from 'majordomo'
import { tell, timed } from '../lib/rounds.mjs'

const [count = '100000', rounds = '5', how = 'many'] = process.argv.slice(2)
const pieces = Number(count)

const manager = new Manager({ purgeDelay: 0, concurrency: 256 })
manager.register('NOOP', {
  args: {
    type: 'object',
    required: ['n'],
    properties: { n: { type: 'integer' } },
    additionalProperties: false,
  },
  async run() {},
})

let purged = 0
let done = () => {}
manager.subscribe((events) => {
  for (const { type } of events) if (type === 'deleted' && ++purged === pieces) done()
})
await manager.open()

async function job() {
  purged = 0
  const all = new Promise((resolve) => (done = resolve))
  if (how === 'many')
    await manager.createMany(Array.from({ length: pieces }, (_, n) => ({ operation: 'NOOP', args: { n } })))
  else for (let n = 0; n < pieces; n++) await manager.create('NOOP', { n })
  await all
}

// Retained tasks do not hold the process open.
const hold = setInterval(() => {}, 1e9)
tell(await timed(pieces, Number(rounds), job))
clearInterval(hold)
await manager.close()
