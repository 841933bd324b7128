import { messageOf } from '../../core/errors.ts'
import type { TaskEvent, TaskEventType } from '../../core/events.ts'
import type { Task } from '../../core/task.ts'
import { keptFrom, matterIn, parsed, type Kept, type Matter } from './record.ts'
import type { Session } from './session.ts'
import type { Wire } from './wire.ts'

/** One step's events: the number of the first; and of each, a line for its kind, and a line for each field of its record. */
type Entry = readonly [id: string, field: readonly [name: string, text: string]]

const LINES = 9
/** So many steps are read at once. */
const MOST_AT_ONCE = 100
const AFTER_FAILURE = 200

/**
 * Reads the stream of events, while somebody wants to be told, on a connection of its own. What this process changes is
 * told from there too: so all processes tell the same in the same order.
 */
export class EventReader {
  readonly #session: Session
  readonly #makeWire: () => Wire
  readonly #block: number
  #wire: Wire | undefined
  #watching = false
  #isClosed = false
  #isReading = false
  /** The id of the last entry that was read. */
  #position = '0-0'

  constructor(session: Session, makeWire: () => Wire, block: number) {
    this.#session = session
    this.#makeWire = makeWire
    this.#block = block
  }

  async watch(wanted: boolean): Promise<void> {
    this.#watching = wanted
    if (wanted) await this.start()
  }

  /** When it has answered, no later event is missed. */
  async start(): Promise<void> {
    if (this.#isReading) return
    const [last] = (await this.#session.call('XREVRANGE', this.#key, '+', '-', 'COUNT', 1)) as Entry[]
    this.#begin(last?.[0] ?? '0-0')
  }

  /** Tells of all that came after the event with this number. */
  startAfter(position: string): void {
    this.#begin(`${position}-0`)
  }

  close(): void {
    this.#isClosed = true
    this.#wire?.close()
  }

  /** The newest events before now, oldest first. */
  async recent(limit: number): Promise<TaskEvent[]> {
    const events: TaskEvent[] = []
    let end = '+'
    while (events.length < limit) {
      const count = Math.min(limit - events.length, MOST_AT_ONCE)
      const entries = (await this.#session.call('XREVRANGE', this.#key, end, '-', 'COUNT', count)) as Entry[]
      if (entries.length === 0) break
      events.unshift(...(await this.#eventsOf(entries.toReversed())))
      end = `(${entries.at(-1)![0]}`
    }
    return events.slice(Math.max(0, events.length - limit))
  }

  get #key(): string {
    return this.#session.key('events')
  }

  get #isWanted(): boolean {
    return !this.#isClosed && (this.#watching || this.#session.host.listening())
  }

  #begin(position: string): void {
    if (this.#isReading || this.#isClosed) return
    this.#isReading = true
    this.#position = position
    void this.#read()
  }

  /** Goes on for a while when nobody wants it any more, because listeners come and go. */
  async #read(): Promise<void> {
    let wasCutOff = false
    for (let isIdle = false; this.#isWanted || (!isIdle && !this.#isClosed);) {
      try {
        const entries = await this.#next()
        isIdle = entries.length === 0
        // Whoever is up to date finds one step at a time.
        if (wasCutOff || entries.length > 1) await this.#lookForGap(wasCutOff)
        wasCutOff = false
        if (!isIdle) await this.#tell(entries)
      } catch (error) {
        if (this.#isClosed) break
        wasCutOff = true
        this.#session.host.logger.debug('events could not be read; trying again', { error: messageOf(error) })
        await new Promise((resolve) => setTimeout(resolve, AFTER_FAILURE).unref())
      }
    }
    this.#isReading = false
    this.#wire?.close()
    this.#wire = undefined
  }

  async #next(): Promise<readonly Entry[]> {
    const wire = await this.#connected()
    const limits = ['COUNT', MOST_AT_ONCE, 'BLOCK', this.#block] as const
    const answer = await wire.call('XREAD', ...limits, 'STREAMS', this.#key, this.#position)
    const [stream] = (answer ?? []) as (readonly [key: string, entries: readonly Entry[]])[]
    return stream?.[1] ?? []
  }

  /** Steps may have been trimmed away before they were read. After the connection was lost, followers look again anyway. */
  async #lookForGap(wasCutOff: boolean): Promise<void> {
    const forgotten = await this.#session.call('HGET', this.#session.key('meta'), 'forgotten')
    const read = Number(this.#position.slice(0, this.#position.indexOf('-')))
    if (Number(forgotten ?? 0) > read) this.#session.host.missed('events')
    else if (wasCutOff) this.#session.host.missed('output')
  }

  async #connected(): Promise<Wire> {
    if (this.#wire !== undefined) return this.#wire
    const wire = this.#makeWire()
    await wire.connect()
    if (this.#isClosed) wire.close()
    this.#wire = wire
    return wire
  }

  async #tell(entries: readonly Entry[]): Promise<void> {
    const { host } = this.#session
    if (host.listening()) {
      const events = await this.#eventsOf(entries)
      if (!this.#isClosed) host.changed(events)
    }
    this.#position = entries.at(-1)![0]
  }

  async #eventsOf(entries: readonly Entry[]): Promise<TaskEvent[]> {
    await this.#session.freshen()
    const events: TaskEvent[] = []
    for (const [id, [, text]] of entries) {
      const first = Number(id.slice(0, id.indexOf('-')))
      const lines = text.split('\n')
      for (let i = 0; i < lines.length; i += LINES) {
        const task = await this.#taskOf(keptFrom(lines.slice(i + 1, i + LINES)))
        events.push({ type: lines[i] as TaskEventType, task, position: String(first + i / LINES) })
      }
    }
    return events
  }

  /** What is too large for an event is fetched; of a task that is gone by then it is missing. */
  async #taskOf(record: Kept): Promise<Task> {
    const { id, big, bigResult } = record.row
    if (big !== true && bigResult !== true) return this.#session.taskOf(record)
    const large = await this.#session.call('HMGET', this.#session.key(`t:${id}`), 'D', 'R')
    const [matter, result] = large as readonly [string | null, string | null]
    // An event from before the end has no result, whatever the record has by now.
    const texts = bigResult === true ? record.texts.with(4, result ?? '') : record.texts
    const known = matter === null ? matterIn(record) : (parsed(matter) as Matter)
    return this.#session.taskOf({ row: record.row, texts }, known)
  }
}
