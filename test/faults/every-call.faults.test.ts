import { expect } from 'chai'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { memory } from '../../src/index.ts'
import { redis } from '../../src/engine/redis/index.ts'
import { sqlite } from '../../src/engine/sqlite/index.ts'
import { SharedMemory } from '../engine/shared-memory.ts'
import { faultAtEveryCall, type Stage } from './every-call.ts'
import { describeWithRedis, RedisServer } from './redis-server.ts'
import { scratchFolders } from './scratch.ts'

/** ms */
const LEASE = 1_000
const THROWS = ['throws before', 'throws after'] as const
const DIES = ['dies before', 'dies after'] as const

async function expectNoFault(stage: Stage): Promise<void> {
  const { faults, failures } = await faultAtEveryCall(stage)
  expect(faults).to.deep.equal([])
  expect(failures).to.be.greaterThan(20 * stage.kinds.length)
}

describe('A manager whose engine fails at any one call', () => {
  it('ends every acknowledged task once on the memory engine, whether the call was done or not', () =>
    expectNoFault({ store: () => () => memory(), lease: LEASE, kinds: THROWS, atOnce: 20 }))

  it('or that dies at it, is followed by one that does, where the store outlives it', () =>
    expectNoFault({ store: sharedMemory, lease: LEASE, kinds: [...THROWS, ...DIES], atOnce: 20 }))
})

function sharedMemory() {
  const store = new SharedMemory()
  return () => new SharedMemory(store)
}

describe('A process on a sqlite file that fails or dies at any one call of its engine', () => {
  const scratch = scratchFolders()

  it('is followed by one that ends every acknowledged task once, whether the call was done or not', async () => {
    const folder = await scratch()
    const store = () => {
      const file = join(mkdtempSync(join(folder, 'scene-')), 'tasks.db')
      return () => sqlite({ file })
    }
    await expectNoFault({ store, lease: LEASE, kinds: [...THROWS, ...DIES], atOnce: 20 })
  })
})

describeWithRedis('A process on Redis that fails or dies at any one call of its engine', () => {
  const scratch = scratchFolders()

  it('is followed by one that ends every acknowledged task once, whether the call was done or not', async () => {
    const server = await RedisServer.start(await scratch())
    try {
      let scenes = 0
      const store = () => {
        const prefix = `scene-${++scenes}`
        return () => redis({ connection: { host: '127.0.0.1', port: server.port }, prefix })
      }
      await expectNoFault({ store, lease: LEASE, kinds: [...THROWS, ...DIES], atOnce: 20 })
    } finally {
      await server.stop()
    }
  })
})
