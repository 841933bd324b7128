import { messageOf } from '../../core/errors.ts'
import type { OutputStream } from '../../core/output.ts'
import type { RunOrder, WorkerMode } from '../contract.ts'
import { SCRIPTS } from './scripts.ts'
import type { Session } from './session.ts'
import type { Wire } from './wire.ts'

/** What others say to all: that there is something to claim, when something is due, that schedules have changed. */
interface Said {
  readonly by: string
  readonly ready: boolean
  /** In so many ms; -1: not earlier than was said before. */
  readonly due: number
  readonly news?: readonly string[]
}

interface Grown {
  readonly by: string
  readonly grown: readonly (readonly [id: string, stream: OutputStream])[]
}

type Letter = RunOrder | { readonly mode: WorkerMode }

/**
 * Hears what other processes publish. Words to one worker (orders to its runs, modes) lie in its inbox, and only the
 * call to look there is published, so that none is lost with a connection.
 */
export class Ears {
  readonly #session: Session
  readonly #wire: Wire
  readonly #workers = new Set<string>()
  readonly #channels = new Set<string>()

  constructor(session: Session, wire: Wire) {
    this.#session = session
    this.#wire = wire
    wire.redis.on('message', (channel: string, message: string) => this.#heard(channel, message))
  }

  async open(): Promise<void> {
    await this.#wire.connect()
    await this.#subscribe('say')
  }

  /** The connection was lost and is there again. */
  async reopen(): Promise<void> {
    await this.#subscribe(...this.#channels)
    for (const worker of this.#workers) void this.#openInbox(worker)
  }

  async close(): Promise<void> {
    await this.#wire.quit()
  }

  /** What is said to this worker is told to the host, soon, and then as long as this is open. */
  attend(worker: string): void {
    if (this.#workers.has(worker)) return
    this.#workers.add(worker)
    this.#subscribe(`to:${worker}`).then(
      () => void this.#openInbox(worker),
      // The connection is down: all is subscribed to, and looked for, when it is back.
      () => {},
    )
  }

  async listen(wanted: boolean): Promise<void> {
    if (wanted) return this.#subscribe('grown')
    this.#channels.delete('grown')
    if (this.#wire.isReady) await this.#wire.asked(this.#wire.redis.unsubscribe(this.#session.key('grown')))
  }

  /** Whether the connection still lives cannot be told without a word of its own. */
  ping(): void {
    this.#wire.redis.ping().catch(() => {})
  }

  async #subscribe(...channels: string[]): Promise<void> {
    const keys = channels.map((channel) => this.#session.key(channel))
    for (const channel of channels) this.#channels.add(channel)
    await this.#wire.asked(this.#wire.redis.subscribe(...keys))
  }

  #heard(channel: string, message: string): void {
    const { host, origin } = this.#session
    const name = channel.slice(this.#session.key('').length)
    if (name === 'say') {
      const { by, ready, due, news } = JSON.parse(message) as Said
      if (news?.includes('settings')) this.#session.forgetSettings()
      if (news?.includes('schedules')) host.rescheduled()
      // What this process did itself, it was told with the answer.
      if (by === origin) return
      if (due >= 0) host.due(due)
      if (ready) host.ready()
    } else if (name === 'grown') {
      const { by, grown } = JSON.parse(message) as Grown
      if (by !== origin) for (const [id, stream] of grown) host.appended(id, stream)
    } else {
      void this.#openInbox(name.slice('to:'.length))
    }
  }

  async #openInbox(worker: string): Promise<void> {
    const { host } = this.#session
    try {
      const letters = await this.#session.run(SCRIPTS.inbox, { worker })
      const orders: RunOrder[] = []
      for (const letter of letters.map((text) => JSON.parse(text) as Letter)) {
        if ('mode' in letter) host.mode(letter.mode)
        else orders.push(letter)
      }
      if (orders.length > 0) host.signal(orders)
    } catch (error) {
      host.logger.warn('orders to runs could not be read; they are read when Redis is back', {
        error: messageOf(error),
      })
    }
  }
}
