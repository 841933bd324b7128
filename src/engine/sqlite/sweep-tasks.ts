import { EXPIRED } from '../shared/reasons.ts'
import { admit, end, withdraw } from './lifecycle.ts'
import { forgetPlain, purge } from './retention.ts'
import type { Row } from './row.ts'
import { isEndStage } from './stage.ts'
import type { Store } from './store.ts'

interface DueTask {
  readonly seq: number
  readonly op: number
  readonly stage: number
  readonly end_seq: number | null
  readonly due: number | null
  readonly plain: number
}

const COLUMNS = 'seq, op, stage, end_seq, due, kin = 0 AND tags IS NULL AS plain'
const DUE = `SELECT ${COLUMNS} FROM tasks WHERE due <= ? ORDER BY due LIMIT ?`
const LISTED = `SELECT ${COLUMNS} FROM tasks WHERE seq IN (SELECT value FROM json_each(?))`

/** Starts, expires and purges tasks whose time has come, so many at most. */
export function sweepTasks(store: Store, atMost: number): void {
  store.writer.flush()
  sweepAll(store, store.sql.all<DueTask>(DUE, store.time, atMost))
  for (let purged = 0; purged < atMost;) {
    const group = store.sql.get<{ number: number; tasks: string }>(
      'SELECT number, tasks FROM purges WHERE due <= ? ORDER BY due LIMIT 1',
      store.time,
    )
    if (group === undefined) return
    const tasks = store.sql.all<DueTask>(LISTED, group.tasks)
    // What has been given a time of its own since goes by that.
    sweepAll(
      store,
      tasks.filter(({ due }) => due === null),
    )
    store.sql.run('DELETE FROM purges WHERE number = ?', group.number)
    purged += tasks.length + 1
  }
}

function sweepAll(store: Store, tasks: readonly DueTask[]): void {
  const plain: Parameters<typeof forgetPlain>[1][number][] = []
  for (const { seq, op, stage, end_seq: endSeq, due, plain: isPlain } of tasks) {
    if (isPlain === 1 && !store.listening && isEndStage(stage)) {
      plain.push({ seq, op: store.operations.numbered(op), stage, endSeq: endSeq ?? undefined })
      continue
    }
    const row = store.rows.get(seq)
    // What came before may have removed it, or put it off.
    if (row === undefined || (due !== null && (row.due === undefined || row.due > store.time))) continue
    if (row.finished) purge(store, row)
    else if (due !== null) startOrExpire(store, row)
  }
  if (plain.length > 0) forgetPlain(store, plain)
}

function startOrExpire(store: Store, row: Row): void {
  const { expiresAt } = row.more()
  if (expiresAt !== undefined && expiresAt <= store.time) {
    end(store, row, { state: 'FAILED', reason: EXPIRED, error: row.error })
    return
  }
  withdraw(store, row)
  admit(store, row)
  store.touch(row)
  store.announce('updated', row)
}

/** When the first of all that is due to tasks is due, epoch milliseconds. */
export function nextTaskDue(store: Store): number {
  store.writer.flush()
  const task = store.sql.get<{ due: number }>(
    'SELECT due FROM tasks WHERE due IS NOT NULL ORDER BY due LIMIT 1',
  )
  const group = store.sql.get<{ due: number }>('SELECT due FROM purges ORDER BY due LIMIT 1')
  return Math.min(task?.due ?? Infinity, group?.due ?? Infinity)
}
