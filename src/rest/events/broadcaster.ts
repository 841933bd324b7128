import { once } from 'node:events'
import type { TaskEvent } from '../../core/events.ts'
import type { TaskManager } from '../../core/manager.ts'
import type { Rights } from '../access.ts'
import type { Settings } from '../options.ts'
import type { Wire } from '../wire.ts'
import type { Frame } from './frame.ts'
import { Reader, type Subscription } from './reader.ts'
import { scopeOf, sees, type Scope } from './scope.ts'
import { Session } from './session.ts'

/**
 * Tells the changes of tasks to all readers of one router. It listens to the manager once, however many readers there
 * are, and only while there are some, or were a moment ago. Changes are collected for a while and encoded once for all
 * readers that may see the same.
 *
 * Each frame is numbered; its id is `epoch-number`. The epoch is another one each time the broadcaster begins to
 * listen, so that a reader which comes back with an id from before is told by a `reset` that it missed something.
 */
export class Broadcaster {
  readonly #manager: TaskManager
  readonly #wire: Wire
  readonly #settings: Settings
  readonly #readers = new Set<Reader>()
  /** Every operation that readers were asked about; one that comes later has them asked again. */
  readonly #operations = new Set<string>()
  #session: Session | undefined
  #pending: TaskEvent[] = []
  #flushing = false

  constructor(manager: TaskManager, wire: Wire, settings: Settings) {
    this.#manager = manager
    this.#wire = wire
    this.#settings = settings
  }

  /** Sends the changes to a reader until it leaves, or may see no more. The head has been sent. */
  async serve(subscription: Subscription): Promise<void> {
    const { response } = subscription
    for (const { name } of await this.#manager.operations()) this.#operations.add(name)
    const reader = new Reader(subscription, await this.#scopeOf(subscription.rights, subscription.operations))
    if (response.destroyed) return
    reader.write(this.#listen().welcome(subscription.lastEventId, reader.scope))
    this.#readers.add(reader)
    await once(response, 'close').finally(() => this.#leave(reader))
  }

  #listen(): Session {
    if (this.#session !== undefined) {
      clearTimeout(this.#session.ending)
      return this.#session
    }
    const unsubscribe = this.#manager.subscribe((events) => this.#changed(events), {
      onClose: () => this.#close(),
    })
    const beat = setInterval(() => void this.#beat(), this.#settings.heartbeat).unref()
    this.#session = new Session(this.#settings.events.replay, () => {
      unsubscribe()
      clearInterval(beat)
    })
    return this.#session
  }

  #leave(reader: Reader): void {
    this.#readers.delete(reader)
    if (this.#readers.size > 0 || this.#session === undefined) return
    clearTimeout(this.#session.ending)
    this.#session.ending = setTimeout(() => this.#stop(), this.#settings.events.linger).unref()
  }

  #stop(): void {
    if (this.#readers.size > 0) return
    this.#session?.end()
    this.#session = undefined
    this.#pending = []
    this.#operations.clear()
  }

  #changed(events: readonly TaskEvent[]): void {
    // One by one: a hundred thousand tasks can change in one step, and no call takes so many arguments.
    for (const event of events) this.#pending.push(event)
    if (this.#flushing) return
    this.#flushing = true
    setTimeout(() => void this.#flush(), this.#settings.events.batch).unref()
  }

  async #flush(): Promise<void> {
    const events = this.#pending
    this.#pending = []
    try {
      await this.#ask(events)
      this.#send(events)
    } catch (error) {
      this.#settings.logger.error('events could not be sent', { error })
    } finally {
      this.#flushing = false
      if (this.#pending.length > 0) this.#changed([])
    }
  }

  /** Asks whether the readers may see operations that turn up for the first time. */
  async #ask(events: readonly TaskEvent[]): Promise<void> {
    const before = this.#operations.size
    for (const { task } of events) this.#operations.add(task.operation)
    if (this.#operations.size === before) return
    for (const reader of this.#readers) await this.#rescope(reader)
  }

  #send(events: readonly TaskEvent[]): void {
    const session = this.#session
    if (session === undefined) return
    const frames = events.map((event) => session.add(event, this.#wire))
    const chunks = new Map<string, Buffer>()
    for (const reader of this.#readers) {
      if (reader.behind > this.#settings.events.lag) {
        reader.drop()
        continue
      }
      let chunk = chunks.get(reader.scope.key)
      if (chunk === undefined) chunks.set(reader.scope.key, (chunk = encoded(frames, reader.scope)))
      if (chunk.length > 0) reader.write(chunk)
    }
  }

  /** The manager is gone: a stream that goes on would only keep the server from closing. */
  #close(): void {
    for (const reader of this.#readers) reader.end()
  }

  /** Keeps the streams alive, and ends those that nobody may read any more. */
  async #beat(): Promise<void> {
    for (const reader of this.#readers) {
      await this.#rescope(reader, true)
      if (!this.#readers.has(reader)) continue
      if (reader.behind <= this.#settings.events.lag) reader.write(':\n\n')
      else reader.drop()
    }
  }

  /** Finds anew what the reader may see. One that is nobody any more, or whose rules fail, is let go: it harms no other. */
  async #rescope(reader: Reader, renewed = false): Promise<void> {
    try {
      if (renewed) await reader.renew()
      reader.scope = await this.#scopeOf(reader.rights, reader.operations)
    } catch {
      this.#readers.delete(reader)
      reader.end()
    }
  }

  /** Asked again when operations turned up meanwhile. */
  async #scopeOf(rights: Rights, asked: ReadonlySet<string> | undefined): Promise<Scope> {
    for (;;) {
      const { size } = this.#operations
      const scope = await scopeOf(rights, this.#operations, asked)
      if (this.#operations.size === size) return scope
    }
  }
}

function encoded(frames: readonly Frame[], scope: Scope): Buffer {
  let text = ''
  for (const frame of frames) if (sees(scope, frame)) text += frame.text
  return Buffer.from(text)
}
