import { randomUUID } from 'node:crypto'
import { redis, type RedisEngineOptions } from '../../../src/engine/redis/index.ts'
import { Bench } from '../../../src/testing/conformance/bench.ts'
import { Family } from '../../../src/testing/conformance/family.ts'

/** Tries something on a new engine and, by `beside`, on others with the same prefix; closes all of them at the end. */
export async function onBench(
  connection: RedisEngineOptions['connection'],
  body: (bench: Bench, prefix: string) => Promise<void>,
  options: RedisEngineOptions = {},
): Promise<void> {
  const prefix = `test-${randomUUID()}`
  const make = () => redis({ ...(connection === undefined ? {} : { connection }), prefix, ...options })
  const family = new Family({ clock: 'real', make, another: make })
  try {
    await body(await Bench.open(family), prefix)
  } finally {
    await family.close()
  }
}
