import type { InContext } from '../core/context.ts'
import type { TaskEvent, TaskListener } from '../core/events.ts'
import type { SubscribeOptions } from '../core/manager.ts'
import type { Logger } from '../core/logger.ts'
import { messageOf } from '../core/errors.ts'
import { safely } from '../core/safely.ts'
import { showable } from '../core/snapshot.ts'
import type { Attention } from './attention.ts'

/** Told of the events of one task, or that its output has grown. */
export type Watcher = (event: TaskEvent | undefined) => void

/** Passes changes on to whoever listens. A listener that throws harms nobody else. */
export class EventHub {
  readonly #listeners = new Map<TaskListener, Pick<SubscribeOptions, 'onClose' | 'onMissed'>>()
  readonly #watchers = new Map<string, Set<Watcher>>()
  /** Set off by a listener while the others have not been told yet of what came before. */
  readonly #untold: (readonly TaskEvent[])[] = []
  #telling = false
  /** Nothing more will come. */
  closed = false
  /** How often something may have been missed. */
  gaps = 0
  readonly #logger: Logger
  readonly #inContext: InContext
  readonly #attention: Attention | undefined

  /**
   * @param inContext where listeners are called, whichever run set the change off
   * @param attention kept to what other processes change while somebody listens; undefined where there are none
   */
  constructor(logger: Logger, inContext: InContext, attention: Attention | undefined) {
    this.#logger = logger
    this.#inContext = inContext
    this.#attention = attention
  }

  /** Settles when those who listen now miss nothing any more that other processes change; undefined where there are none. */
  attentive(): Promise<void> | undefined {
    return this.#attention?.wanted()
  }

  /** Whether an event would reach anybody. */
  get wanted(): boolean {
    return this.#listeners.size > 0 || this.#watchers.size > 0
  }

  subscribe(listener: TaskListener, { operations, ...calls }: SubscribeOptions): () => void {
    const own: TaskListener =
      operations === undefined ? (events) => listener(events) : filtered(listener, new Set(operations))
    this.#listeners.set(own, calls)
    void this.#attention?.wanted()
    return () => {
      this.#listeners.delete(own)
      this.#relax()
    }
  }

  watch(id: string, watcher: Watcher): () => void {
    let watchers = this.#watchers.get(id)
    if (watchers === undefined) this.#watchers.set(id, (watchers = new Set()))
    watchers.add(watcher)
    return () => {
      watchers.delete(watcher)
      if (watchers.size === 0 && this.#watchers.get(id) === watchers) this.#watchers.delete(id)
      this.#relax()
    }
  }

  #relax(): void {
    if (!this.wanted) this.#attention?.unwanted()
  }

  /** A listener may itself change something at once; everybody hears of it after what came before. */
  publish(events: readonly TaskEvent[]): void {
    this.#untold.push(events)
    if (this.#telling) return
    this.#telling = true
    for (let next = this.#untold.shift(); next !== undefined; next = this.#untold.shift()) this.#pass(next)
    this.#telling = false
  }

  #pass(events: readonly TaskEvent[]): void {
    // Hiding secrets walks through the arguments, and most events go unheard.
    if (this.#listeners.size === 0 && this.#watchers.size === 0) return
    const shown = events.some(({ task }) => task.secrets !== undefined) ? events.map(withoutSecrets) : events
    if (this.#listeners.size > 0) this.#inContext(() => this.#tell(shown))
    if (this.#watchers.size === 0) return
    for (const event of shown)
      for (const watcher of [...(this.#watchers.get(event.task.id) ?? [])]) watcher(event)
  }

  appended(id: string): void {
    for (const watcher of [...(this.#watchers.get(id) ?? [])]) watcher(undefined)
  }

  /** What others changed was missed: whoever waits for something has to look again. */
  missed(what: 'events' | 'output'): void {
    this.gaps++
    if (what === 'events')
      for (const { onMissed } of [...this.#listeners.values()])
        if (onMissed !== undefined) this.#inContext(() => this.#safely(onMissed))
    for (const watcher of [...this.#watchers.values()].flatMap((watchers) => [...watchers]))
      watcher(undefined)
  }

  /** Tells everybody that nothing more will come. */
  close(): void {
    this.closed = true
    for (const { onClose } of this.#listeners.values()) if (onClose !== undefined) this.#safely(onClose)
    this.#listeners.clear()
    const all = [...this.#watchers.values()].flatMap((watchers) => [...watchers])
    this.#watchers.clear()
    for (const watcher of all) watcher(undefined)
  }

  #tell(events: readonly TaskEvent[]): void {
    for (const listener of this.#listeners.keys()) this.#safely(() => listener(events))
  }

  #safely(call: () => unknown): void {
    safely(call, (error) =>
      this.#logger.error('a listener of task events failed', { error: messageOf(error) }),
    )
  }
}

function filtered(listener: TaskListener, operations: ReadonlySet<string>): TaskListener {
  return (events) => {
    const own = events.filter(({ task }) => operations.has(task.operation))
    return own.length > 0 ? listener(own) : undefined
  }
}

function withoutSecrets(event: TaskEvent): TaskEvent {
  return { ...event, task: showable(event.task) }
}
