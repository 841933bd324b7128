import { idleFigures } from './engines/figures/idle.ts'
import { pageFigures } from './engines/figures/pages.ts'
import { redisFigures } from './engines/figures/redis.ts'
import { replicaFigures } from './engines/figures/replicas.ts'
import { sqliteFigures } from './engines/figures/sqlite.ts'
import { sizes } from './engines/sizes.ts'
import { startRedis } from './lib/redis-server.ts'
import { figuresOf } from './lib/parts.ts'
import { report, type Figure } from './lib/report.ts'

/**
 * The figures of the engines that outlive the process, each beside its peer in the same run. `npm run bench:engines`
 * builds first, then calls this; `npm run bench:engines -- pages idle` measures these parts only, and `BENCH_QUICK=1`
 * makes all of it small.
 */

const size = sizes(process.env)

const PARTS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  redis: () => onRedis((url) => redisFigures(url, size)),
  sqlite: () => sqliteFigures(size),
  replicas: () => onRedis((url) => replicaFigures(url, size)),
  idle: async () => [
    ...(await idleFigures(['memory', 'sqlite'], '', size)),
    ...(await onRedis((url) => idleFigures(['redis', 'redis watching'], url, size))),
  ],
  pages: async () => [
    ...(await pageFigures('memory', '', size)),
    ...(await pageFigures('sqlite', '', size)),
    ...(await onRedis((url) => pageFigures('redis', url, size))),
  ],
}

report('majordomo engines', await figuresOf(PARTS))

/** Figures of a Redis that nobody has used before; none where there is no Redis to start. */
async function onRedis(measured: (url: string) => Promise<Figure[]>): Promise<Figure[]> {
  const server = await startRedis()
  if (server === undefined) {
    console.log('no redis-server on PATH: figures of redis are left out')
    return []
  }
  try {
    return await measured(server.url)
  } finally {
    server.stop()
  }
}
