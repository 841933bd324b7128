import type { InContext } from '../core/context.ts'
import type { TaskEvent, TaskListener } from '../core/events.ts'
import type { SubscribeOptions } from '../core/manager.ts'
import type { Logger } from '../core/logger.ts'
import { messageOf } from '../core/errors.ts'
import { safely } from '../core/safely.ts'
import { showable } from '../core/snapshot.ts'

/** Told of the events of one task, or that its output has grown. */
export type Watcher = (event: TaskEvent | undefined) => void

/** Passes changes on to whoever listens. A listener that throws harms nobody else. */
export class EventHub {
  readonly #listeners = new Map<TaskListener, () => void>()
  readonly #watchers = new Map<string, Set<Watcher>>()
  /** Set off by a listener while the others have not been told yet of what came before. */
  readonly #untold: (readonly TaskEvent[])[] = []
  #telling = false
  /** Nothing more will come. */
  closed = false
  readonly #logger: Logger
  readonly #inContext: InContext

  /** @param inContext where listeners are called, whichever run set the change off */
  constructor(logger: Logger, inContext: InContext) {
    this.#logger = logger
    this.#inContext = inContext
  }

  /** Whether an event would reach anybody. */
  get wanted(): boolean {
    return this.#listeners.size > 0 || this.#watchers.size > 0
  }

  subscribe(listener: TaskListener, { operations, onClose = () => {} }: SubscribeOptions): () => void {
    const own: TaskListener =
      operations === undefined ? (events) => listener(events) : filtered(listener, new Set(operations))
    this.#listeners.set(own, onClose)
    return () => void this.#listeners.delete(own)
  }

  watch(id: string, watcher: Watcher): () => void {
    let watchers = this.#watchers.get(id)
    if (watchers === undefined) this.#watchers.set(id, (watchers = new Set()))
    watchers.add(watcher)
    return () => {
      watchers.delete(watcher)
      if (watchers.size === 0 && this.#watchers.get(id) === watchers) this.#watchers.delete(id)
    }
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
    const shown = events.some(({ task }) => task.secrets !== undefined) ? events.map(withoutSecrets) : events
    if (this.#listeners.size > 0) this.#inContext(() => this.#tell(shown))
    if (this.#watchers.size === 0) return
    for (const event of shown)
      for (const watcher of [...(this.#watchers.get(event.task.id) ?? [])]) watcher(event)
  }

  appended(id: string): void {
    for (const watcher of [...(this.#watchers.get(id) ?? [])]) watcher(undefined)
  }

  /** Tells everybody that nothing more will come. */
  close(): void {
    this.closed = true
    for (const onClose of this.#listeners.values()) this.#safely(onClose)
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

function withoutSecrets({ type, task }: TaskEvent): TaskEvent {
  return { type, task: showable(task) }
}
