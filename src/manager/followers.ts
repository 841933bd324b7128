import { milliseconds } from '../core/duration.ts'
import { MajordomoError } from '../core/errors.ts'
import type { FollowOptions, WaitOptions } from '../core/manager.ts'
import type { OutputEntry } from '../core/output.ts'
import { showable } from '../core/snapshot.ts'
import { isEnded } from '../core/states.ts'
import type { Task } from '../core/task.ts'
import type { Engine } from '../engine/contract.ts'
import { Deadline, type Deadlines } from './deadlines.ts'
import type { EventHub } from './event-hub.ts'
import { outputQuery } from './queries.ts'

/** Those who wait for one task: for its end, or for more of its output. Nothing polls: events wake them. */
export class Followers {
  constructor(
    private readonly engine: () => Promise<Engine>,
    private readonly hub: EventHub,
    private readonly deadlines: Deadlines,
  ) {}

  /** The task at its end; as it is when `timeout` passes first. */
  async waitFor(id: string, { signal, timeout }: WaitOptions = {}): Promise<Task> {
    const engine = await this.engine()
    const limit = timeout === undefined ? undefined : milliseconds(timeout, 'timeout')
    let late = false
    let heard: Task | undefined
    const news = this.#news(id, signal, (task) => (heard = task ?? heard))
    const deadline = new Deadline(() => {
      late = true
      news.wake()
    })
    if (limit !== undefined) this.deadlines.set(deadline, limit)
    try {
      await this.hub.attentive()
      let { gaps } = this.hub
      let before = await this.#fetch(engine, id)
      // From here on it is enough to listen, which goes on until a closing manager has ended its last task.
      for (;;) {
        if (gaps !== this.hub.gaps && !this.hub.closed) {
          gaps = this.hub.gaps
          heard = undefined
          before = await this.#fetch(engine, id)
        }
        const task = heard ?? before
        if (isEnded(task.state) || late) return task
        if (this.hub.closed) throw new MajordomoError('manager-closed')
        await news.next()
      }
    } finally {
      this.deadlines.clear(deadline)
      news.stop()
    }
  }

  /** The entries of a stream, those that are there and those that come, until the task has ended. */
  async *follow(
    id: string,
    { stream, after, tail, signal }: FollowOptions,
  ): AsyncGenerator<OutputEntry, undefined> {
    const query = outputQuery({
      stream,
      limit: 1000,
      ...(after === undefined ? {} : { after }),
      ...(tail === undefined ? {} : { tail }),
    })
    const engine = await this.engine()
    const news = this.#news(id, signal, () => {})
    try {
      await this.hub.attentive()
      for (;;) {
        // The state is read first: what is written before the end is then surely in the page.
        const ended = isEnded((await this.#fetch(engine, id)).state)
        const page = await engine.readOutput(id, query)
        if (page === undefined) return undefined
        yield* page.items
        query.after = page.items.at(-1)?.seq ?? query.after
        delete query.tail
        if (page.items.length > 0) continue
        if (ended) return undefined
        await news.next()
      }
    } finally {
      news.stop()
    }
  }

  async #fetch(engine: Engine, id: string): Promise<Task> {
    // A manager that is closing still ends its tasks, and whoever follows one is told.
    if (this.hub.closed) throw new MajordomoError('manager-closed')
    const task = await engine.get(id)
    if (task === undefined) throw new MajordomoError('task-not-found', `there is no task ${id}`)
    return showable(task)
  }

  /** `next` resolves when something has happened since it was last called, and rejects when the signal aborts. */
  #news(id: string, signal: AbortSignal | undefined, see: (task: Task | undefined) => void) {
    let fresh = false
    let waiting: (() => void) | undefined
    const wake = (): void => {
      fresh = true
      waiting?.()
    }
    const stopWatching = this.hub.watch(id, (event) => {
      see(event?.task)
      wake()
    })
    signal?.addEventListener('abort', wake)
    return {
      wake,
      async next(): Promise<void> {
        signal?.throwIfAborted()
        if (!fresh) await new Promise<void>((resolve) => (waiting = resolve))
        waiting = undefined
        fresh = false
        signal?.throwIfAborted()
      },
      stop(): void {
        stopWatching()
        signal?.removeEventListener('abort', wake)
      },
    }
  }
}
