import { randomBytes } from 'node:crypto'
import { MajordomoError, messageOf } from '../../core/errors.ts'
import type { TaskEvent } from '../../core/events.ts'
import type { Task } from '../../core/task.ts'
import type { EngineHost } from '../contract.ts'
import { checkServer } from './checks.ts'
import { jsonFor } from './drafts.ts'
import { EventReader } from './event-reader.ts'
import { Ears } from './ears.ts'
import { Held } from './held.ts'
import { kept, matterIn, parsed, taskOf, type Kept, type Matter } from './record.ts'
import type { RedisSettings } from './options.ts'
import { SCRIPTS, type Script } from './scripts.ts'
import { Showing } from './showing.ts'
import type { View } from './replies.ts'
import { loadIoredis, Wire } from './wire.ts'

/** How long a read of the event stream waits for the next event, ms. */
const BLOCK = 5_000

/** What every script answers: the number of the settings, flags, in how long something is due, the position before its events. */
type Reply<T> = readonly [settings: string, flags: number, due: number, position: string, result: T]

/** There may be something to claim; there is more to do of the same change. */
const READY = 1
const UNFINISHED = 2

/** An engine while it is open: its connections, and what scripts tell besides their results. */
export class Session {
  readonly host: EngineHost
  readonly settings: RedisSettings
  /** Tells what this process published from what others did, and makes its leases differ from all others. */
  readonly origin = randomBytes(9).toString('base64url')
  /** What never changes of the tasks that this process holds, so that it need not be sent back and forth. */
  readonly held = new Held()
  readonly #showing = new Showing()
  readonly #wire: Wire
  readonly #reader: EventReader
  readonly #ears: Ears
  #isOpen = false
  #nonces = 0

  static async open(
    settings: RedisSettings,
    host: EngineHost,
    opening: (session: Session) => void,
  ): Promise<Session> {
    const session = new Session(settings, host, await loadIoredis())
    opening(session)
    await session.#open()
    return session
  }

  private constructor(
    settings: RedisSettings,
    host: EngineHost,
    Redis: Awaited<ReturnType<typeof loadIoredis>>,
  ) {
    this.settings = settings
    this.host = host
    const wire = (role: string, patience: number, back?: () => void) =>
      new Wire({
        Redis,
        settings,
        logger: host.logger,
        role,
        patience,
        ...(back === undefined ? {} : { back }),
      })
    const { commandTimeout } = settings
    this.#wire = wire('commands', commandTimeout, () => this.#lookAgain())
    const reopen = () => {
      this.#ears.reopen().then(
        () => this.#heardNothing(),
        (error: unknown) =>
          host.logger.warn('nothing is heard of other processes', { error: messageOf(error) }),
      )
    }
    this.#ears = new Ears(this, wire('messages', commandTimeout, reopen))
    this.#reader = new EventReader(this, () => wire('events', BLOCK + commandTimeout), BLOCK)
  }

  async #open(): Promise<void> {
    try {
      await this.#wire.connect()
      await checkServer(this.#wire, this.settings, this.host.logger)
      await this.#ears.open()
      this.#isOpen = true
      const next = await this.run(SCRIPTS.nextDue, {})
      if (next >= 0) this.host.due(next)
      if (this.host.listening()) await this.#reader.start()
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    this.#isOpen = false
    this.#reader.close()
    await Promise.all([this.#wire.quit(), this.#ears.close()])
  }

  /** @throws {MajordomoError} */
  async run<T>(script: Script<T>, asked: object, blobs: readonly string[] = []): Promise<T> {
    return (await this.reply(script, asked, blobs)).result
  }

  /** The same, with what the tasks in the result are shown by. @throws {MajordomoError} */
  async reply<T>(
    script: Script<T>,
    asked: object,
    blobs: readonly string[] = [],
  ): Promise<{ settings: string; result: T }> {
    const { rules } = this.host
    const { tag, events, outputBytes } = this.settings
    const common = [tag, this.origin, rules.ageing ?? '', rules.maxEnded ?? '', events, outputBytes]
    const answer = await this.#wire.run(script, [...common, jsonFor(asked), ...blobs])
    const [settings, flags, due, position, result] = answer as Reply<T>
    if ((flags & READY) > 0) this.host.ready()
    if (due >= 0) this.host.due(due)
    if (position !== '' && this.host.listening()) this.#reader.startAfter(position)
    if ((flags & UNFINISHED) > 0) await this.run(SCRIPTS.rest, {})
    return { settings, result }
  }

  /** What no other call of this or another process has: leases are made of it. */
  nextNonce(): string {
    return `${this.origin}.${(++this.#nonces).toString(36)}`
  }

  /** What never changes of a task: as known here, or fetched; nothing of it where the task is gone. */
  async matterOf(id: string): Promise<Matter | undefined> {
    const known = this.held.get(id)
    if (known !== undefined) return known
    const [small, large] = (await this.call('HMGET', this.key(`t:${id}`), 'd', 'D')) as readonly (
      string | null
    )[]
    const text = small ?? large ?? ''
    return text === '' ? undefined : (parsed(text) as Matter)
  }

  /** For what needs no script. @throws {MajordomoError} */
  call(command: string, ...args: (string | number)[]): Promise<unknown> {
    return this.#wire.call(command, ...args)
  }

  key(name: string): string {
    return `${this.settings.tag}:${name}`
  }

  /** Before tasks are shown: reads what they are shown by, where it has another number by now, or was forgotten. */
  async freshen(settings?: string): Promise<void> {
    if (this.#showing.isFresh(settings)) return
    const { settings: number, result } = await this.reply(SCRIPTS.settings, {})
    this.#showing.set(number, result)
  }

  /** The task of a view; call {@link freshen} before. `known` is what never changes of it, where the asker has it. */
  task(view: View, known?: Matter): Task {
    return this.taskOf(kept(view), known)
  }

  /** The same for a record that was read already. */
  taskOf(record: Kept, known?: Matter): Task {
    return taskOf(record, known ?? matterIn(record), this.#showing.waitingFor(record.row))
  }

  forgetSettings(): void {
    this.#showing.forget()
  }

  attend(worker: string): void {
    this.#ears.attend(worker)
  }

  async watch(wanted: boolean): Promise<void> {
    await this.#ears.listen(wanted)
    await this.#reader.watch(wanted)
  }

  ping(): void {
    this.#ears.ping()
  }

  recentEvents(limit: number): Promise<TaskEvent[]> {
    return this.#reader.recent(limit)
  }

  /** @throws {MajordomoError} `manager-closed` */
  check(): this {
    if (this.#isOpen) return this
    throw new MajordomoError('manager-closed', 'the engine is not open')
  }

  #heardNothing(): void {
    this.#lookAgain()
    if (this.#isOpen) this.host.missed('output')
  }

  /** What was told meanwhile was missed. */
  #lookAgain(): void {
    if (!this.#isOpen) return
    this.host.ready()
    this.host.due(0)
    this.host.rescheduled()
    this.forgetSettings()
  }
}
