import { ReadyQueue } from './ready-queue.ts'
import type { OperationRow, Row } from './row.ts'

interface KeyLock {
  holder: string | undefined
  /** By operation, because an operation that is paused or full must not keep the key from the others. */
  readonly waiting: Map<OperationRow, ReadyQueue>
}

/** At most one run at a time per concurrency key. A key is held by a lease, so it outlives its task's end while the run goes on. */
export class KeyLocks {
  readonly #locks = new Map<string, KeyLock>()
  readonly #keyOfLease = new Map<string, string>()

  isHeld(key: string): boolean {
    return this.#locks.get(key)?.holder !== undefined
  }

  take(key: string, lease: string): void {
    this.#lock(key).holder = lease
    this.#keyOfLease.set(lease, key)
  }

  wait(key: string, row: Row): void {
    const { waiting } = this.#lock(key)
    let queue = waiting.get(row.op)
    if (queue === undefined) waiting.set(row.op, (queue = new ReadyQueue()))
    queue.add(row.priority, row.seq)
  }

  stopWaiting(key: string, row: Row): void {
    const lock = this.#locks.get(key)
    const queue = lock?.waiting.get(row.op)
    if (lock === undefined || queue === undefined) return
    queue.delete(row.priority, row.seq)
    if (queue.size === 0) lock.waiting.delete(row.op)
    this.#tidy(key, lock)
  }

  /** Frees the key that the lease holds, if it holds one; answers the tasks (by seq) that should try for it. */
  free(lease: string): readonly number[] {
    const key = this.#keyOfLease.get(lease)
    if (key === undefined) return []
    this.#keyOfLease.delete(lease)
    const lock = this.#locks.get(key)!
    lock.holder = undefined
    this.#tidy(key, lock)
    return [...lock.waiting.values()].map((queue) => queue.first()!)
  }

  #lock(key: string): KeyLock {
    let lock = this.#locks.get(key)
    if (lock === undefined) this.#locks.set(key, (lock = { holder: undefined, waiting: new Map() }))
    return lock
  }

  #tidy(key: string, lock: KeyLock): void {
    if (lock.holder === undefined && lock.waiting.size === 0) this.#locks.delete(key)
  }
}
