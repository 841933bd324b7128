import { basename } from 'node:path'
import { memory, type Engine } from '../../src/index.ts'
import { redis } from '../../src/engine/redis/index.ts'
import { sqlite } from '../../src/engine/sqlite/index.ts'

/**
 * What remembers the tasks: `memory` (they go with the process), `sqlite:path/to/file`, or `redis://host:port`, where
 * all file shares with a home of the same name share their tasks.
 */
export function engineIn(text: string, home: string): Engine {
  if (text === 'memory') return memory()
  if (text.startsWith('sqlite:')) return sqlite({ file: text.slice('sqlite:'.length) })
  if (!/^rediss?:/.test(text))
    throw new Error(`ENGINE must be memory, sqlite:path/to/file or redis://host:port, got "${text}"`)
  const prefix = `file-share-${basename(home).replaceAll(/[^\w.-]/g, '_')}`.slice(0, 100)
  return redis({ connection: text, prefix })
}
