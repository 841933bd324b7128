import { milliseconds } from '../core/duration.ts'
import { MajordomoError } from '../core/errors.ts'
import type { FollowOptions, WaitOptions } from '../core/manager.ts'
import type { OutputEntry, OutputPage, OutputStream } from '../core/output.ts'
import { LARGEST_PAGE } from '../core/query.ts'
import { showable } from '../core/snapshot.ts'
import { isEnded } from '../core/states.ts'
import type { Task } from '../core/task.ts'
import type { Engine } from '../engine/contract.ts'
import { Deadline, type Deadlines } from './deadlines.ts'
import type { EventHub } from './event-hub.ts'
import { outputQuery } from './queries.ts'
import { isRecorded } from './task-files.ts'
import type { TaskOutput } from './task-output.ts'

/** Whoever follows the output of a process of another worker looks so often whether there is more, ms. */
const LOOK = 1_000

/** Those who wait for one task: for its end, or for more of its output. Nothing polls: events wake them. */
export class Followers {
  constructor(
    private readonly parts: {
      readonly engine: () => Promise<Engine>
      readonly hub: EventHub
      readonly deadlines: Deadlines
      readonly output: TaskOutput
      /** Tasks may run in other processes. */
      readonly shared: boolean
    },
  ) {}

  /** The task at its end; as it is when `timeout` passes first. */
  async waitFor(id: string, { signal, timeout }: WaitOptions = {}): Promise<Task> {
    const engine = await this.parts.engine()
    const limit = timeout === undefined ? undefined : milliseconds(timeout, 'timeout')
    let late = false
    let heard: Task | undefined
    const news = this.#news(id, signal, (task) => (heard = task ?? heard))
    const deadline = new Deadline(() => {
      late = true
      news.wake()
    })
    if (limit !== undefined) this.parts.deadlines.set(deadline, limit)
    try {
      await this.parts.hub.attentive()
      let { gaps } = this.parts.hub
      let before = await this.#fetch(engine, id)
      // From here on it is enough to listen, which goes on until a closing manager has ended its last task.
      for (;;) {
        if (gaps !== this.parts.hub.gaps && !this.parts.hub.closed) {
          gaps = this.parts.hub.gaps
          heard = undefined
          before = await this.#fetch(engine, id)
        }
        const task = heard ?? before
        if (isEnded(task.state) || late) return task
        if (this.parts.hub.closed) throw new MajordomoError('manager-closed')
        await news.next()
      }
    } finally {
      this.parts.deadlines.clear(deadline)
      news.stop()
    }
  }

  /** The entries of a stream, those that are there and those that come, until the task has ended. */
  async *follow(id: string, options: FollowOptions): AsyncGenerator<OutputEntry, undefined> {
    for await (const { items } of this.followPages(id, options)) for (const entry of items) yield entry
    return undefined
  }

  /** The same, as many at a time as there are. No page is empty. */
  async *followPages(
    id: string,
    { stream, after, tail, signal }: FollowOptions,
  ): AsyncGenerator<OutputPage, undefined> {
    const query = outputQuery({
      stream,
      limit: LARGEST_PAGE,
      ...(after === undefined ? {} : { after }),
      ...(tail === undefined ? {} : { tail }),
    })
    const engine = await this.parts.engine()
    const news = this.#news(id, signal, () => {})
    const look = new Deadline(news.wake)
    try {
      await this.parts.hub.attentive()
      for (;;) {
        // The state is read first: what is written before the end is then surely in the page.
        const task = await this.#fetch(engine, id)
        const ended = isEnded(task.state)
        let any = false
        for await (const page of await this.parts.output.pages(engine, task, query)) {
          if (page === undefined) return undefined
          query.after = page.cursor
          delete query.tail
          if (page.items.length === 0) continue
          any = true
          yield page
          signal?.throwIfAborted()
        }
        if (any) continue
        if (ended) return undefined
        if (this.#comesUntold(stream)) this.parts.deadlines.set(look, LOOK)
        await news.next()
      }
    } finally {
      this.parts.deadlines.clear(look)
      news.stop()
    }
  }

  /** What processes print goes into files, of which the engine that tells the others knows nothing. */
  #comesUntold(stream: OutputStream): boolean {
    return this.parts.shared && isRecorded(stream)
  }

  async #fetch(engine: Engine, id: string): Promise<Task> {
    // A manager that is closing still ends its tasks, and whoever follows one is told.
    if (this.parts.hub.closed) throw new MajordomoError('manager-closed')
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
    const stopWatching = this.parts.hub.watch(id, (event) => {
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
