import { ReadyQueue, type Turn } from './ready-queue.ts'
import type { OperationRow, Row } from './row.ts'
import { tagSet } from '../shared/tag-set.ts'

/** The NEW tasks of one operation and one set of tags that want a key and need nothing else. Only its head may be claimed. */
interface Line {
  readonly op: OperationRow
  readonly rows: ReadyQueue
  head: Row | undefined
}

interface KeyLock {
  holder: string | undefined
  /**
   * By operation and tags, because an operation that is paused or full, or tags that no worker has, must not keep the
   * key from the others.
   */
  readonly lines: Map<string, Line>
}

/**
 * At most one run at a time per concurrency key. A key is held by a lease, so it outlives its task's end while the run
 * goes on. While a key is free, the first task of each line that wants it is among those that may be claimed.
 */
export class KeyLocks {
  readonly #locks = new Map<string, KeyLock>()
  readonly #keyOfLease = new Map<string, string>()

  constructor(
    private readonly turn: Turn,
    private readonly claimable: (op: OperationRow) => void,
  ) {}

  /** The row waits for its key from now on, or may be claimed at once. */
  join(key: string, row: Row): void {
    const lock = this.#lock(key)
    const name = lineOf(row)
    let line = lock.lines.get(name)
    if (line === undefined)
      lock.lines.set(name, (line = { op: row.op, rows: new ReadyQueue(this.turn), head: undefined }))
    line.rows.add(row)
    row.gate = 'key'
    this.#lookAt(lock, line)
  }

  leave(key: string, row: Row): void {
    const lock = this.#locks.get(key)
    const line = lock?.lines.get(lineOf(row))
    if (lock === undefined || line === undefined) return
    line.rows.delete(row)
    this.#lookAt(lock, line)
    if (line.rows.size === 0) lock.lines.delete(lineOf(row))
    this.#tidy(key, lock)
  }

  take(key: string, lease: string): void {
    const lock = this.#lock(key)
    lock.holder = lease
    this.#keyOfLease.set(lease, key)
    for (const line of lock.lines.values()) this.#lookAt(lock, line)
  }

  /** Frees the key that the lease holds, if it holds one. */
  free(lease: string): void {
    const key = this.#keyOfLease.get(lease)
    if (key === undefined) return
    this.#keyOfLease.delete(lease)
    const lock = this.#locks.get(key)!
    lock.holder = undefined
    for (const line of lock.lines.values()) this.#lookAt(lock, line)
    this.#tidy(key, lock)
  }

  /** Sees to it that the first of the line, and no other, may be claimed while the key is free. */
  #lookAt(lock: KeyLock, line: Line): void {
    const head = lock.holder === undefined ? line.rows.first() : undefined
    if (head === line.head) return
    const { op } = line
    if (line.head !== undefined) {
      op.ready.delete(line.head)
      line.head.gate = 'key'
    }
    line.head = head
    if (head === undefined) return
    op.ready.add(head)
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

function lineOf({ op, tags }: Row): string {
  return tags.length === 0 ? op.name : `${op.name}\n${JSON.stringify(tagSet(tags))}`
}
