import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { redis } from '../../src/engine/redis/index.ts'
import { sqlite } from '../../src/engine/sqlite/index.ts'
import { memory, type Engine } from '../../src/index.ts'
import { removeKeys, someRedis } from './redis-server.ts'
import { SharedMemory } from './shared-memory.ts'

/** A kind of engine that tests run over. */
export interface EngineKind {
  readonly name: string
  /** Its tasks outlive the process. */
  readonly durable: boolean
  /** Several engines work on one store. */
  readonly shared: boolean
  /** Why it cannot be had on this machine; undefined where it can. */
  missing(): Promise<string | undefined>
  /** A store of its own; only once `missing` has answered undefined. */
  store(): Store
}

export interface Store {
  /** An engine on it; more than one at a time only where the kind is shared. */
  engine(): Engine
  /** Removes it, once its engines are closed. */
  dispose(): Promise<void>
}

const MEMORY: EngineKind = {
  name: 'memory',
  durable: false,
  shared: false,
  missing: async () => undefined,
  store: () => ({ engine: () => memory(), dispose: async () => undefined }),
}

const SQLITE: EngineKind = {
  name: 'sqlite',
  durable: true,
  shared: false,
  missing: async () => undefined,
  store() {
    const folder = mkdtempSync(join(tmpdir(), 'majordomo-sqlite-'))
    return {
      engine: () => sqlite({ file: join(folder, 'tasks.db') }),
      dispose: () => rm(folder, { recursive: true, force: true }),
    }
  },
}

/** Several engines on one store without a server: for what can be tried of replicas where there is none. */
export const SHARED_MEMORY: EngineKind = {
  name: 'shared memory',
  durable: true,
  shared: true,
  missing: async () => undefined,
  store() {
    const first = new SharedMemory()
    return { engine: () => new SharedMemory(first), dispose: async () => undefined }
  },
}

const REDIS = onRedis()

/** What each suite of an API runs over: the engines of the package. */
export const ENGINE_KINDS: readonly EngineKind[] = [MEMORY, SQLITE, REDIS]
/** What suites of several replicas run over. */
export const SHARED_KINDS: readonly EngineKind[] = [SHARED_MEMORY, REDIS]

/** Every store has a prefix of its own; what they leave behind goes when all tests have run. */
function onRedis(): EngineKind {
  const run = `test-${randomUUID()}`
  let stores = 0
  let server: ReturnType<typeof someRedis> | undefined
  let url = ''
  after(async () => {
    if (url !== '') await removeKeys(url, `{${run}-*}:*`)
    await (await server)?.stop()
  })
  return {
    name: 'redis',
    durable: true,
    shared: true,
    async missing() {
      const found = await (server ??= someRedis())
      url = found?.url ?? ''
      return found === undefined ? 'set REDIS_URL, or put redis-server into the PATH' : undefined
    },
    store() {
      const prefix = `${run}-${++stores}`
      return { engine: () => redis({ connection: url, prefix }), dispose: async () => undefined }
    },
  }
}

/** The suite once for each kind of engine; where one cannot be had, its tests are shown as pending, and it is told why. */
export function overEachEngine(
  title: string,
  suite: (kind: EngineKind) => void,
  kinds: readonly EngineKind[] = ENGINE_KINDS,
): void {
  for (const kind of kinds) {
    describe(`${title} (${kind.name})`, function () {
      before(async function () {
        const missing = await kind.missing()
        if (missing === undefined) return
        console.warn(`${title}: not tried over ${kind.name}: ${missing}`)
        this.skip()
      })
      suite(kind)
    })
  }
}
