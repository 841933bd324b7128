import { ReadyQueue } from './ready-queue.ts'
import type { OperationRow, Row } from './row.ts'

/** The NEW tasks of one operation that want a key and need nothing else. Only its head may be claimed. */
interface Line {
  readonly rows: ReadyQueue
  head: Row | undefined
}

interface KeyLock {
  holder: string | undefined
  /** By operation, because an operation that is paused or full must not keep the key from the others. */
  readonly lines: Map<OperationRow, Line>
}

/**
 * At most one run at a time per concurrency key. A key is held by a lease, so it outlives its task's end while the run
 * goes on. While a key is free, the first task of each operation that wants it is among those that may be claimed.
 */
export class KeyLocks {
  readonly #locks = new Map<string, KeyLock>()
  readonly #keyOfLease = new Map<string, string>()

  constructor(
    private readonly rowOf: (seq: number) => Row | undefined,
    private readonly claimable: (op: OperationRow) => void,
  ) {}

  /** The row waits for its key from now on, or may be claimed at once. */
  join(key: string, row: Row): void {
    const lock = this.#lock(key)
    let line = lock.lines.get(row.op)
    if (line === undefined) lock.lines.set(row.op, (line = { rows: new ReadyQueue(), head: undefined }))
    line.rows.add(row.priority, row.seq)
    row.gate = 'key'
    this.#lookAt(lock, row.op, line)
  }

  leave(key: string, row: Row): void {
    const lock = this.#locks.get(key)
    const line = lock?.lines.get(row.op)
    if (lock === undefined || line === undefined) return
    line.rows.delete(row.priority, row.seq)
    this.#lookAt(lock, row.op, line)
    if (line.rows.size === 0) lock.lines.delete(row.op)
    this.#tidy(key, lock)
  }

  take(key: string, lease: string): void {
    const lock = this.#lock(key)
    lock.holder = lease
    this.#keyOfLease.set(lease, key)
    for (const [op, line] of lock.lines) this.#lookAt(lock, op, line)
  }

  /** Frees the key that the lease holds, if it holds one. */
  free(lease: string): void {
    const key = this.#keyOfLease.get(lease)
    if (key === undefined) return
    this.#keyOfLease.delete(lease)
    const lock = this.#locks.get(key)!
    lock.holder = undefined
    for (const [op, line] of lock.lines) this.#lookAt(lock, op, line)
    this.#tidy(key, lock)
  }

  /** Sees to it that the first of the line, and no other, may be claimed while the key is free. */
  #lookAt(lock: KeyLock, op: OperationRow, line: Line): void {
    const first = lock.holder === undefined ? line.rows.first() : undefined
    const head = first === undefined ? undefined : this.rowOf(first)
    if (head === line.head) return
    if (line.head !== undefined) {
      op.ready.delete(line.head.priority, line.head.seq)
      line.head.gate = 'key'
    }
    line.head = head
    if (head === undefined) return
    op.ready.add(head.priority, head.seq)
    head.gate = undefined
    this.claimable(op)
  }

  #lock(key: string): KeyLock {
    let lock = this.#locks.get(key)
    if (lock === undefined) this.#locks.set(key, (lock = { holder: undefined, lines: new Map() }))
    return lock
  }

  #tidy(key: string, lock: KeyLock): void {
    if (lock.holder === undefined && lock.lines.size === 0) this.#locks.delete(key)
  }
}
