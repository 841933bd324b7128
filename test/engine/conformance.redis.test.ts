import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import type { Engine } from '../../src/engine/contract.ts'
import { redis } from '../../src/engine/redis/index.ts'
import { engineConformance } from '../../src/testing/index.ts'
import { someRedis } from './redis-server.ts'

/** Mocha registers cases before any hook runs, so whether there is a Redis has to be known by then. */
const server = await someRedis()

if (server === undefined) {
  describe('the redis engine conforms to the contract', () => {
    it.skip('SKIPPED: there is no Redis: set REDIS_URL, or put redis-server into the PATH', () => {})
  })
} else {
  const { url, stop } = server
  const run = randomUUID()
  const prefixes = new WeakMap<Engine, string>()
  let cases = 0

  const engineOn = (prefix: string): Engine => {
    const engine = redis({ connection: url, prefix, outputBytes: 100_000 })
    prefixes.set(engine, prefix)
    return engine
  }

  after(async () => {
    await removeKeys(url, `{test-${run}-*`)
    await stop()
  })

  engineConformance({
    name: 'redis',
    traits: { durable: true, shared: true },
    clock: 'real',
    make: () => engineOn(`test-${run}-${++cases}`),
    another: (engine) => engineOn(prefixes.get(engine)!),
    beyondOutputLimit: 200_000,
    describe,
    it,
  })
}

async function removeKeys(url: string, match: string): Promise<void> {
  const client = new Redis(url)
  for await (const keys of client.scanStream({ match, count: 10_000 }) as AsyncIterable<string[]>)
    if (keys.length > 0) await client.unlink(...keys)
  await client.quit()
}
