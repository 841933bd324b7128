// The least that such a task costs: a prepared insert and two updates, each in a transaction per batch.
import { tell } from '../lib/rounds.mjs'
import { throughput } from '../lib/throughput.mjs'
import { scratchFile } from './engine.mjs'

const [sync, count, batch, rounds] = process.argv.slice(2)
const pieces = Number(count)
const size = Number(batch)
const { DatabaseSync } = process.getBuiltinModule?.('node:sqlite') ?? (await import('@photostructure/sqlite'))
const db = new DatabaseSync(scratchFile())
db.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = ${sync === 'power' ? 'FULL' : 'NORMAL'};
  CREATE TABLE tasks (
    id TEXT PRIMARY KEY, operation TEXT NOT NULL, args TEXT NOT NULL, state TEXT NOT NULL, result TEXT,
    createdAt INTEGER NOT NULL, startedAt INTEGER, endedAt INTEGER
  );
`)
const insert = db.prepare(
  `INSERT INTO tasks (id, operation, args, state, createdAt) VALUES (?, 'NOOP', ?, 'NEW', ?)`,
)
const start = db.prepare(`UPDATE tasks SET state = 'ACTIVE', startedAt = ? WHERE id = ?`)
const end = db.prepare(`UPDATE tasks SET state = 'SUCCEEDED', result = ?, endedAt = ? WHERE id = ?`)

let made = 0

function transaction(ids, each) {
  db.exec('BEGIN IMMEDIATE')
  for (const id of ids) each(id)
  db.exec('COMMIT')
}

/** A turn of the event loop between transactions, as any engine that answers by promises takes one. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

async function job() {
  for (let n = 0; n < pieces; n += size) {
    const ids = Array.from(
      { length: Math.min(size, pieces - n) },
      () => `bench-${String(++made).padStart(12, '0')}`,
    )
    transaction(ids, (id) => insert.run(id, JSON.stringify({ n }), Date.now()))
    await turn()
    transaction(ids, (id) => start.run(Date.now(), id))
    await turn()
    transaction(ids, (id) => end.run('null', Date.now(), id))
    await turn()
  }
}

tell(await throughput({ pieces, rounds: Number(rounds), job }))
db.close()
