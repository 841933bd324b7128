import { setTimeout as pause } from 'node:timers/promises'
import type { NewTask } from '../../src/index.ts'
import type { Created } from './worker/protocol.ts'

const BATCH = 50
/** Before what was refused is sent again, ms. */
const AGAIN = 100

/**
 * Creates tasks as a careful client does: each with an idempotency key, and again under the same key until it is
 * acknowledged.
 */
export class Creator {
  /** Their ids, by idempotency key. */
  readonly acknowledged = new Map<string, string>()
  /** Why creations were refused, or did not answer. */
  readonly refusals: string[] = []
  /** Keys that were answered with two ids. */
  readonly doubled: string[] = []

  constructor(private readonly create: (tasks: readonly NewTask[]) => Promise<readonly Created[]>) {}

  /** Acknowledged tasks made of 0, 1, … by `make`. */
  async all(count: number, make: (n: number) => NewTask): Promise<void> {
    for (let from = 0; from < count; from += BATCH) {
      let waiting = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) =>
        keyed(make(from + i), from + i),
      )
      for (;;) {
        waiting = await this.#send(waiting)
        if (waiting.length === 0) break
        await pause(AGAIN)
      }
    }
  }

  /** Answers those that were not acknowledged. */
  async #send(tasks: readonly Keyed[]): Promise<Keyed[]> {
    try {
      const answers = await this.create(tasks)
      return tasks.filter((task, i) => !this.#acknowledges(task, answers[i]!))
    } catch (error) {
      this.refusals.push(String(error))
      return [...tasks]
    }
  }

  #acknowledges({ options: { idempotencyKey: key } }: Keyed, answer: Created): boolean {
    if ('code' in answer) {
      this.refusals.push(answer.code)
      return false
    }
    const before = this.acknowledged.get(key)
    if (before !== undefined && before !== answer.id) this.doubled.push(key)
    this.acknowledged.set(key, answer.id)
    return true
  }
}

type Keyed = NewTask & { readonly options: { readonly idempotencyKey: string } }

function keyed(task: NewTask, n: number): Keyed {
  return { ...task, options: { ...task.options, idempotencyKey: `task ${n}` } }
}
