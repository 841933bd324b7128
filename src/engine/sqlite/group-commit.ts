import { messageOf } from '../../core/errors.ts'
import { isStoreFault, told } from './faults.ts'
import type { Store } from './store.ts'

interface Call {
  readonly change: (store: Store) => unknown
  readonly answer: (value: unknown) => void
  readonly fail: (error: unknown) => void
}

interface Look {
  readonly look: () => void
}

/**
 * All changes that are asked for in one turn of the event loop are made in one transaction, in order; what a host is
 * told, and what the callers are answered, waits for its commit. A batch that fails for what is in it is done again call
 * by call, and item by item within a call, so that only what is at fault fails.
 */
export class GroupCommit {
  #calls: Call[] = []
  #looks: Look[] = []
  #scheduled = false

  constructor(
    private readonly store: Store,
    private readonly file: string,
  ) {}

  change<T>(change: (store: Store) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#calls.push({ change, answer: resolve as (value: unknown) => void, fail: reject })
      if (this.#scheduled) return
      this.#scheduled = true
      setImmediate(() => this.run())
    })
  }

  /** Reads what there is after all changes that were asked for before. */
  read<T>(look: (store: Store) => T): Promise<T> {
    const { store, file } = this
    return new Promise<T>((resolve, reject) => {
      const now = (): void => {
        try {
          const answer = look(store.look())
          store.rows.settle()
          resolve(answer)
        } catch (error) {
          reject(told(error, file))
        }
      }
      if (this.#calls.length === 0) now()
      else this.#looks.push({ look: now })
    })
  }

  /** Commits what was asked for so far; needed only by those who cannot wait for the turn to end. */
  run(): void {
    this.#scheduled = false
    const calls = this.#calls
    const looks = this.#looks
    this.#calls = []
    this.#looks = []
    if (calls.length > 0) this.#commit(calls)
    for (const { look } of looks) look()
  }

  #commit(calls: readonly Call[]): void {
    const { store, file } = this
    try {
      const answers = transaction(store, () => calls.map(({ change }) => change(store)))
      for (const [i, { answer }] of calls.entries()) answer(answers[i])
    } catch (error) {
      if (isStoreFault(error)) for (const { fail } of calls) fail(told(error, file))
      else {
        store.host.logger.warn('a batch of changes failed; each is tried again by itself', {
          error: messageOf(error),
        })
        for (const call of calls) this.#commitCarefully(call)
      }
    }
  }

  #commitCarefully({ change, answer, fail }: Call): void {
    const { store, file } = this
    store.careful = true
    try {
      const value = transaction(store, () => change(store))
      const failure = store.takeFailure()
      if (failure === undefined) answer(value)
      else fail(told(failure.error, file))
    } catch (error) {
      fail(told(error, file))
    } finally {
      store.careful = false
      store.takeFailure()
    }
  }
}

/** @throws what it threw, or what the commit threw; nothing has happened then */
function transaction<T>(store: Store, act: () => T): T {
  let answer: T
  try {
    store.begin()
    answer = act()
    store.commit()
  } catch (error) {
    store.rollback()
    throw error
  }
  bringIn(store)
  store.tell()
  return answer
}

/** Brings the log into the file, where that is wanted. What is committed is so, also when there is no room for that. */
function bringIn(store: Store): void {
  if (!store.checkpoint) return
  store.checkpoint = false
  try {
    store.sql.exec('PRAGMA wal_checkpoint(PASSIVE)')
  } catch {
    // The log goes on growing; the next commit that finds it too long brings it in.
  }
}
