/** A worker process: a manager with animators that write a fence, and a driver that may ask it something. */
import { rmSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Manager, MajordomoError, type Clock, type Engine } from '../../../src/index.ts'
import { systemClock } from '../../../src/manager/system-clock.ts'
import { created } from '../created.ts'
import { animators } from './animators.ts'
import type { Store, WorkerConfig } from './config.ts'
import { DescriptorEater } from './descriptor-eater.ts'
import { Fence } from './fence.ts'
import type { Answers, Question, Request, Word } from './protocol.ts'

/** Between two tries to open, as a supervisor would start it again, ms. */
const OPEN_AGAIN = 200

const config = JSON.parse(process.argv[2]!) as WorkerConfig
if (config.ballast !== undefined) writeFileSync(config.ballast.file, Buffer.alloc(config.ballast.bytes))

const manager = new Manager({
  engine: await engineOf(config.store),
  concurrency: config.concurrency ?? 10,
  purgeDelay: '1h',
  ...(config.lease === undefined ? {} : { lease: config.lease }),
  ...(config.tags === undefined ? {} : { tags: config.tags }),
  ...(config.skew === undefined ? {} : { clock: skewed(config.skew) }),
})
const fence = new Fence(config.fence, config.name, (record) => say({ kind: 'run', record }))
for (const [operation, animator] of Object.entries(animators(manager, fence, config)))
  manager.register(operation, animator)
if (config.fanOut === true) {
  const { fanout } = await import('../../../src/animators/fanout/index.ts')
  const interrupts = { onInterrupt: { limit: 1_000 } }
  manager.register('HTTP_FANOUT', fanout({ allow: ['127.0.0.0/8'], serviceName: config.name, ...interrupts }))
}
const eater = new DescriptorEater()

process.on('message', (question: Question) => void answer(question))
// A driver that was killed cannot stop its workers.
process.once('disconnect', () => manager.status().state !== 'closed' && process.exit(1))
process.once('SIGTERM', () => void manager.close({ grace: 0 }).then(() => process.disconnect()))
await opened()
say({ kind: 'open' })

/** Only what is needed is loaded: a process that is killed often starts often. */
async function engineOf(store: Store): Promise<Engine> {
  if (store.kind === 'sqlite') {
    const { sqlite } = await import('../../../src/engine/sqlite/index.ts')
    return sqlite({ file: store.file })
  }
  const { redis } = await import('../../../src/engine/redis/index.ts')
  return redis({ connection: { host: '127.0.0.1', port: store.port }, prefix: store.prefix })
}

function skewed(by: number): Clock {
  return { now: () => systemClock.now() + by, after: systemClock.after }
}

async function opened(): Promise<void> {
  for (;;) {
    try {
      return await manager.open()
    } catch (error) {
      if (!MajordomoError.is(error) || error.code !== 'engine-unavailable') throw error
      await pause(OPEN_AGAIN)
    }
  }
}

async function answer({ call, request }: Question): Promise<void> {
  try {
    say({ kind: 'answer', call, answer: await answerTo(request) })
  } catch (error) {
    say({ kind: 'refusal', call, message: String(error) })
  }
}

async function answerTo(request: Request): Promise<Answers[Request['ask']]> {
  switch (request.ask) {
    case 'create':
      return (await manager.createMany(request.tasks)).map(created)
    case 'get':
      return manager.get(request.id)
    case 'list':
      return manager.list(request.query)
    case 'output':
      return (await manager.output(request.id, { stream: request.stream, limit: 1_000 })).items
    case 'make-room':
      rmSync(config.ballast!.file)
      return null
    case 'eat-descriptors':
      return eater.eat()
    case 'free-descriptors':
      eater.stop()
      return null
    case 'peak-memory':
      return process.resourceUsage().maxRSS * 1024
  }
}

/** A driver that has gone hears nothing, and this process has no reason to go on. */
function say(word: Word): void {
  if (process.connected) process.send!(word, (error: Error | null) => error && process.exit(1))
  else process.exit(1)
}
