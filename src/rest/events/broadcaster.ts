import { once } from 'node:events'
import type { TaskEvent } from '../../core/events.ts'
import type { TaskManager } from '../../core/manager.ts'
import { isOneOf } from '../guards.ts'
import type { Settings } from '../options.ts'
import type { Wire } from '../wire.ts'
import { Batch } from './batch.ts'
import { Reader, type Subscription } from './reader.ts'
import { scopeOf, type Scope } from './scope.ts'
import { Session } from './session.ts'

/**
 * Tells the changes of tasks to all readers of one router. It listens to the manager once, however many readers there
 * are, and only while there are some, or were a moment ago. Changes are collected for a while and encoded once for all
 * readers that may see the same.
 *
 * The id of a frame is the position that the engine gives the change, where several processes share one: then a reader that
 * comes back to another replica goes on where it was, because each one begins with the newest changes that the engine
 * remembers. Elsewhere frames are numbered, as `epoch-number`. The epoch is another one each time the broadcaster begins
 * to listen, so that a reader which comes back with an id from before is told by a `reset` that it missed something.
 *
 * The rules of access are the host's, and may take their time. Nobody waits for those of another reader: the changes of
 * one whose rules have to be asked are held for it until they answer, and one whose rules take too long is let go.
 */
export class Broadcaster {
  readonly #manager: TaskManager
  readonly #wire: Wire
  readonly #settings: Settings
  readonly #readers = new Set<Reader>()
  /** Every operation that changes were told of; a reader's rules are asked of one when it first turns up. */
  readonly #operations = new Set<string>()
  #session: Session | undefined
  #pending: TaskEvent[] = []
  #flushing: NodeJS.Timeout | undefined

  constructor(manager: TaskManager, wire: Wire, settings: Settings) {
    this.#manager = manager
    this.#wire = wire
    this.#settings = settings
  }

  /** Sends the changes to a reader until it leaves, or may see no more. The head has been sent. */
  async serve(subscription: Subscription): Promise<void> {
    const { response } = subscription
    if (response.destroyed || this.#manager.status().state === 'closed') return
    this.#listen()
    const reader = new Reader(subscription)
    this.#readers.add(reader)
    void this.#ask(reader)
    await once(response, 'close').finally(() => this.#leave(reader))
  }

  #listen(): void {
    if (this.#session !== undefined) return clearTimeout(this.#session.ending)
    const unsubscribe = this.#manager.subscribe((events) => this.#changed(events), {
      onClose: () => this.#close(),
      onMissed: () => this.#startAnew(),
    })
    const beat = setInterval(() => this.#beat(), this.#settings.heartbeat).unref()
    const session = new Session(this.#settings.events.replay, () => {
      unsubscribe()
      clearInterval(beat)
    })
    this.#session = session
    session.begun = this.#begin(session)
  }

  async #begin(session: Session): Promise<void> {
    if (!(await this.#catchUp(session)) && this.#session === session) this.#startAnew()
  }

  /** Nobody can be told that nothing was missed: the readers may come back, and are told what the engine remembers. */
  #startAnew(): void {
    for (const reader of this.#readers) this.#letGo(reader)
    this.#stop()
  }

  /** Once for all who ask meanwhile. Answers whether the engine could be asked. */
  #catchUp(session: Session): Promise<boolean> {
    return (session.catchingUp ??= this.#recall(session).finally(() => (session.catchingUp = undefined)))
  }

  /**
   * Asks the engine for the newest changes that it remembers. They come first, as all that was heard meanwhile came after
   * them; whatever is among both is told once.
   */
  async #recall(session: Session): Promise<boolean> {
    try {
      const recent = await this.#manager.recentEvents(Math.max(1, this.#settings.events.replay))
      if (this.#session !== session) return true
      session.open = true
      this.#pending = [...recent, ...this.#pending]
      this.#flush()
      return true
    } catch (error) {
      if (!isOneOf(error, ['manager-closed']))
        this.#settings.logger.warn(
          'readers of events were let go: the engine cannot tell the newest changes',
          {
            error,
          },
        )
      return false
    }
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
    this.#flushing ??= setTimeout(() => this.#flush(), this.#settings.events.batch).unref()
  }

  #flush(): void {
    clearTimeout(this.#flushing)
    this.#flushing = undefined
    const session = this.#session
    if (session?.open !== true) return
    const events = this.#pending
    this.#pending = []
    try {
      for (const { task } of events) this.#operations.add(task.operation)
      const frames = events
        .map((event) => session.add(event, this.#wire))
        .filter((frame) => frame !== undefined)
      if (frames.length === 0) return
      const batch = new Batch(frames)
      for (const reader of this.#readers) this.#tell(reader, batch)
    } catch (error) {
      this.#settings.logger.error('events could not be sent', { error })
    }
  }

  #tell(reader: Reader, batch: Batch): void {
    if (reader.behind > this.#settings.events.lag) return reader.drop()
    // It gets all that is kept with its welcome.
    if (reader.scope === undefined) return
    if (!reader.isUnsureOf(this.#operations.size)) return reader.write(batch.chunk(reader.scope))
    reader.hold(batch)
    void this.#ask(reader)
  }

  /** The manager is gone: a stream that goes on would only keep the server from closing. */
  #close(): void {
    this.#flush()
    for (const reader of this.#readers) reader.finish()
  }

  /** Keeps the streams alive, and ends those that nobody may read any more. */
  #beat(): void {
    for (const reader of this.#readers) {
      if (reader.behind > this.#settings.events.lag) reader.drop()
      else if (reader.late) {
        this.#settings.logger.warn('a reader of events was let go: its rules of access did not answer')
        this.#letGo(reader)
      } else {
        reader.write(':\n\n')
        void this.#ask(reader, true)
        reader.late = true
      }
    }
  }

  /** Finds what the reader may see. One that is nobody any more, or whose rules fail, is let go: it harms no other. */
  async #ask(reader: Reader, renewed = false): Promise<void> {
    if (reader.asking) return
    reader.asking = true
    try {
      if (renewed) await reader.renew()
      if (reader.scope === undefined) await this.#find(reader)
      for (let asked = -1; asked < this.#operations.size;) {
        asked = this.#operations.size
        const scope = await scopeOf(reader.rights, this.#operations, reader.subscription.operations)
        if (asked === this.#operations.size) this.#show(reader, scope)
      }
      reader.late = false
    } catch (error) {
      if (!isOneOf(error, ['unauthenticated']))
        this.#settings.logger.error('the rules of access failed for a reader of events', { error })
      this.#letGo(reader)
    } finally {
      reader.asking = false
    }
  }

  /** Looks for the place where a reader goes on. Another replica may have told what has not come here yet. */
  async #find(reader: Reader): Promise<void> {
    const session = this.#session
    const { lastEventId } = reader.subscription
    await session?.begun
    if (session === undefined || session !== this.#session || lastEventId === undefined) return
    if (session.knows(lastEventId) || this.#settings.events.replay === 0) return
    if (!(await this.#catchUp(session))) this.#letGo(reader)
  }

  #show(reader: Reader, scope: Scope): void {
    if (!this.#readers.has(reader)) return
    if (reader.scope === undefined)
      reader.write(this.#session!.welcome(reader.subscription.lastEventId, scope))
    reader.see(scope, this.#operations.size)
  }

  #letGo(reader: Reader): void {
    this.#readers.delete(reader)
    reader.end()
  }
}
