import { ShutDown } from '../core/aborts.ts'
import type { Animator } from '../core/animator.ts'
import { milliseconds } from '../core/duration.ts'
import { MajordomoError, invalidOption, messageOf } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { CloseOptions, ManagerStatus } from '../core/manager.ts'
import type { Engine, EngineHost } from '../engine/contract.ts'
import { Deadline } from './deadlines.ts'
import { KeepAlive } from './keep-alive.ts'
import { managerSettings, type ManagerOptions, type ManagerSettings } from './options.ts'
import { assemble, type Parts } from './parts.ts'
import { aTurn } from './turns.ts'

type State = ManagerStatus['state']

/** While it closes, a manager goes on trying to reach its engine for so long after the grace, ms. */
const LAST_TRIES = 5_000

/** Animators have the rest of the grace to let go of what they hold, and so long at least, ms; then what they share has. */
const LEAST_TO_CLOSE = 5_000

/** The life of a manager and its parts: idle (never used) → opening → open → closing → closed. */
export class House {
  readonly parts: Parts
  readonly #settings: ManagerSettings
  readonly #keepAlive = new KeepAlive()
  #state: State = 'idle'
  #opening: Promise<void> | undefined
  #closing: Promise<void> | undefined
  #beginClosing: () => void = () => {}
  readonly #closingBegun = new Promise<void>((resolve) => (this.#beginClosing = resolve))
  #endGrace: () => void = () => {}
  readonly #graceOver = new Promise<void>((resolve) => (this.#endGrace = resolve))
  readonly #graceEnd = new Deadline(() => {
    this.#endGrace()
    this.parts.deadlines.set(this.#triesEnd, LAST_TRIES)
  })
  readonly #triesEnd = new Deadline(() => (this.#givenUp = true))
  /** It is closing, and the engine has not answered for too long. */
  #givenUp = false

  constructor(options: ManagerOptions & { readonly engine: Engine }) {
    this.#settings = managerSettings(options)
    this.parts = assemble(this.#settings, {
      isOpen: () => this.isOpen,
      isOver: () => this.#state === 'closed' || this.#givenUp,
      engine: () => this.engine(),
      untilOpen: () => (this.isOpen ? undefined : this.engine()),
    })
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  register(name: string, animator: Animator): void {
    this.refuseClosed()
    if (animator?.files === true && !this.parts.files.available)
      throw invalidOption(
        `${name}.files`,
        `left out, or the manager's option "files" given: with an engine that outlives the process, working directories need a place that does too, such as localFiles('/var/lib/chores') of majordomo/files`,
        true,
      )
    this.parts.registry.add(name, animator)
    if (!this.isOpen) return
    void this.#openAnimators()
    // A durable engine may have had tasks of it all along.
    this.parts.dispatcher.wake()
    void this.parts.presence.say()
  }

  status(): ManagerStatus {
    return {
      state: this.#state,
      running: this.parts.runner.size - this.parts.runner.abandonedRuns,
      abandoned: this.parts.runner.abandonedRuns,
    }
  }

  refuseClosed(): void {
    if (this.#state === 'closing' || this.#state === 'closed') throw new MajordomoError('manager-closed')
  }

  /** The engine, opened by whoever needs it first. */
  async engine(): Promise<Engine> {
    this.refuseClosed()
    if (this.#state !== 'open') await (this.#opening ??= this.#open())
    this.refuseClosed()
    return this.#settings.engine
  }

  async #open(): Promise<void> {
    const { engine } = this.#settings
    this.#state = 'opening'
    try {
      // First, as its fault is the host's own, and an engine that was opened would have to be closed again.
      await this.parts.files.open()
      await engine.open(this.#host())
    } catch (error) {
      if (this.#state !== 'opening')
        throw new MajordomoError('manager-closed', 'the manager was closed before its engine was open', {
          cause: error,
        })
      this.#state = 'idle'
      this.#opening = undefined
      throw error
    }
    // Before anything can be created: files of a task that is about to be stored would count as nobody's.
    await this.parts.files.removal.sweep()
    if (this.#state !== 'opening') return
    this.#state = 'open'
    this.parts.leases?.begin()
    if (this.parts.hub.wanted) await this.parts.hub.attentive()
    // One that takes long to open keeps nobody from closing.
    await Promise.race([this.#openAnimators(), this.#closingBegun])
    if (!this.isOpen) return
    await this.parts.presence.appear()
    this.parts.scheduler.reconsider()
    this.parts.dispatcher.wake()
  }

  #host(): EngineHost {
    const { clock, logger, engine, keepAlive, ageing, maxEnded } = this.#settings
    return {
      clock,
      logger,
      rules: { ageing, maxEnded },
      listening: () => this.parts.hub.wanted,
      changed: (events) => this.parts.hub.publish(events),
      ready: () => this.parts.dispatcher.wake(),
      signal: (orders) => orders.forEach((order) => this.parts.dispatcher.signal(order)),
      appended: (id) => this.parts.hub.appended(id),
      due: (inMs) => this.parts.sweeper.due(inMs),
      mode: (mode) => this.parts.presence.asked(mode),
      rescheduled: () => this.parts.scheduler.reconsider(),
      missed: (what) => this.#wasCutOff(what),
      unfinished: (any) => this.#keepAlive.hold(any && keepAlive && !engine.traits.durable),
    }
  }

  /** The store may have been lost meanwhile, or this process may have told it of itself in vain. */
  #wasCutOff(what: 'events' | 'output'): void {
    this.parts.hub.missed(what)
    if (this.isOpen) void this.parts.presence.say()
  }

  /** A second call may shorten the grace; both answer when all is closed. */
  close({ grace = '10s' }: CloseOptions = {}): Promise<void> {
    const inMs = milliseconds(grace, 'grace')
    if (this.#state !== 'closed') this.parts.deadlines.setSooner(this.#graceEnd, inMs)
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    const opening = this.#opening
    this.#state = 'closing'
    this.#beginClosing()
    this.parts.runner.closing()
    this.parts.scheduler.stop()
    const opened = opening && (await this.#hasOpened(opening))
    try {
      await this.parts.dispatcher.stop()
      if (opened === true) await this.#endTasks()
      if (opened === true) await this.parts.presence.leave()
    } finally {
      await this.#closeAnimators()
      this.parts.leases?.stop()
      this.parts.sweeper.stop()
      this.parts.recorder.close()
      this.#state = 'closed'
      this.parts.hub.close()
      await this.parts.files.close()
      this.parts.deadlines.close()
      this.#keepAlive.hold(false)
      // An engine that this manager did not open may be another one's.
      if (opened === true) await this.#settings.engine.close()
    }
  }

  #openAnimators(): Promise<void> {
    return this.parts.registry.open((operation, error) =>
      this.logger.error('an animator failed to open', { operation, error: messageOf(error) }),
    )
  }

  /** No run goes on any more, besides those that were abandoned. What animators share, they may need until they are closed. */
  async #closeAnimators(): Promise<void> {
    const { registry, commons } = this.parts
    const closed = registry.close((operation, error) =>
      this.logger.error('an animator failed to close', { operation, error: messageOf(error) }),
    )
    if (!(await this.#inTime(closed)))
      this.logger.error('an animator takes too long to close; it is left behind')
    const cleared = commons.close((error) =>
      this.logger.error('what animators share failed to close', { error: messageOf(error) }),
    )
    if (!(await this.#inTime(cleared)))
      this.logger.error('what animators share takes too long to close; it is left behind')
  }

  /** Whether it is done within the rest of the grace, or what each has at least. */
  async #inTime(closed: Promise<void>): Promise<boolean> {
    const late = new Promise<void>((resolve) =>
      this.parts.deadlines.set(new Deadline(resolve), LEAST_TO_CLOSE),
    )
    return Promise.race([closed.then(() => true), Promise.all([late, this.#graceOver]).then(() => false)])
  }

  /** Whether the engine is open after all. One that goes on waiting for its store is told that the grace is over. */
  async #hasOpened(opening: Promise<void>): Promise<boolean> {
    const isOpen = opening.then(
      () => true,
      () => false,
    )
    let isSettled = false
    const settled = isOpen.then(() => (isSettled = true))
    await Promise.race([settled, this.#graceOver])
    if (!isSettled) await this.#settings.engine.close()
    return isOpen
  }

  get logger(): Logger {
    return this.#settings.logger
  }

  async #endTasks(): Promise<void> {
    await this.#cancelQueued()
    await this.#endRuns()
    await this.parts.settler.drained()
    await this.#cancelQueued()
    // Whoever follows a task that has just ended reads its last lines now.
    await aTurn()
  }

  async #endRuns(): Promise<void> {
    const idle = this.parts.runner.whenIdle()
    await Promise.race([idle, this.#graceOver])
    this.parts.runner.abortAll(new ShutDown('the manager is closing'))
    await idle
  }

  /** What would be lost with the process is CANCELED, so that whoever watches is told. */
  async #cancelQueued(): Promise<void> {
    const { engine } = this.#settings
    if (engine.traits.durable) return
    for (;;) {
      const page = await engine.list({ state: ['NEW'], sort: 'createdAt', limit: 1000 })
      if (page === 'invalid-cursor' || page.items.length === 0) return
      await engine.requestCancel(
        page.items.map(({ id }) => ({ id, code: 'shutdown', message: 'the manager is closing' })),
      )
      await aTurn()
    }
  }
}
