import { isEnded, type Task, type TaskEvent } from '../../src/index.ts'

/** Who is told when so many tasks have ended. */
interface Waiter {
  readonly count: number
  readonly tell: () => void
}

/** The ends of tasks as the events tell them. */
export class Ends {
  /** How often each task was told of as ended. */
  readonly times = new Map<string, number>()
  #waiters: Waiter[] = []

  see(events: readonly TaskEvent[]): void {
    for (const { type, task } of events) if (type !== 'deleted' && isEnded(task.state)) this.#count(task)
    const { size } = this.times
    for (const { tell } of this.#waiters.filter(({ count }) => count <= size)) tell()
    this.#waiters = this.#waiters.filter(({ count }) => count > size)
  }

  #count({ id }: Task): void {
    this.times.set(id, (this.times.get(id) ?? 0) + 1)
  }

  /** When so many tasks have ended. */
  async reached(count: number): Promise<void> {
    if (this.times.size < count) await new Promise<void>((tell) => this.#waiters.push({ count, tell }))
  }
}
