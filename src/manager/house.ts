import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { ShutDown } from '../core/aborts.ts'
import type { Animator } from '../core/animator.ts'
import { contextOfNow, type InContext } from '../core/context.ts'
import { milliseconds } from '../core/duration.ts'
import { MajordomoError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { CloseOptions, ManagerStatus } from '../core/manager.ts'
import type { Engine, EngineHost } from '../engine/contract.ts'
import { Deadline, Deadlines } from './deadlines.ts'
import { Dispatcher } from './dispatcher.ts'
import { EventHub } from './event-hub.ts'
import { Followers } from './followers.ts'
import { Intake } from './intake.ts'
import { KeepAlive } from './keep-alive.ts'
import { Leases } from './leases.ts'
import { managerSettings, type ManagerOptions, type ManagerSettings } from './options.ts'
import { persistently } from './persistently.ts'
import { Recorder } from './recorder.ts'
import { Registry } from './registry.ts'
import { Runner } from './runner.ts'
import { Settler } from './settler.ts'
import { Slots } from './slots.ts'
import { Sweeper } from './sweeper.ts'
import { aTurn, Turns } from './turns.ts'

type State = ManagerStatus['state']

/**
 * The parts of a manager, and their life: idle (never used) → opening → open → closing → closed. Nothing but this file
 * knows all of them.
 */
export class House {
  readonly registry = new Registry()
  readonly turns = new Turns()
  readonly hub: EventHub
  readonly followers: Followers
  readonly intake: Intake
  readonly #settings: ManagerSettings
  readonly #inContext: InContext = contextOfNow()
  readonly #keepAlive = new KeepAlive()
  readonly #deadlines: Deadlines
  readonly #slots: Slots
  readonly #recorder: Recorder
  readonly #settler: Settler
  readonly #runner: Runner
  readonly #dispatcher: Dispatcher
  readonly #sweeper: Sweeper
  #leases: Leases | undefined
  #state: State = 'idle'
  #opening: Promise<void> | undefined
  #closing: Promise<void> | undefined
  #endGrace: () => void = () => {}
  readonly #graceOver = new Promise<void>((resolve) => (this.#endGrace = resolve))
  readonly #graceEnd = new Deadline(() => this.#endGrace())

  constructor(options: ManagerOptions & { readonly engine: Engine }) {
    const settings = (this.#settings = managerSettings(options))
    const { engine, logger, clock, lease } = settings
    const lot = Array.from(randomBytes(7), (byte) => (byte % 36).toString(36)).join('')
    const deadlines = (this.#deadlines = new Deadlines(clock, this.#inContext))
    const closed = () => this.#state === 'closed'
    const persist = <T>(what: string, call: () => Promise<T>) =>
      persistently(what, call, { deadlines, logger, closed })
    this.hub = new EventHub(logger, this.#inContext)
    this.#slots = new Slots(settings.concurrency, () => this.#dispatcher.roomier())
    this.#recorder = new Recorder({
      engine,
      deadlines,
      persist,
      now: () => clock.now(),
      inContext: this.#inContext,
      lost: (run) => (run.over = true),
    })
    this.#settler = new Settler(engine, persist, (runs) => this.#runner.settled(runs))
    const untilOpen = () => this.#untilOpen()
    this.intake = new Intake({ registry: this.registry, settings, engine, lot, untilOpen, turns: this.turns })
    this.#runner = new Runner({
      slots: this.#slots,
      deadlines,
      recorder: this.#recorder,
      settler: this.#settler,
      rules: { durable: engine.traits.durable, maxJson: settings.maxJson },
      logger,
      now: () => clock.now(),
      create: (operation, args, created) => this.intake.create(operation, args, created),
    })
    this.#dispatcher = new Dispatcher({
      engine,
      registry: this.registry,
      slots: this.#slots,
      runner: this.#runner,
      deadlines,
      logger,
      worker: `${hostname()}-${process.pid}-${lot}`,
      lease,
      inContext: this.#inContext,
    })
    this.#sweeper = new Sweeper(engine, deadlines, logger)
    this.followers = new Followers(() => this.engine(), this.hub, deadlines)
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  register(name: string, animator: Animator): void {
    this.refuseClosed()
    this.registry.add(name, animator)
    // A durable engine may have had tasks of it all along.
    if (this.isOpen) this.#dispatcher.wake()
  }

  status(): ManagerStatus {
    return {
      state: this.#state,
      running: this.#runner.size - this.#runner.abandonedRuns,
      abandoned: this.#runner.abandonedRuns,
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

  /** What a creation has to wait for; nothing, once the engine is open. */
  #untilOpen(): Promise<unknown> | undefined {
    return this.#state === 'open' ? undefined : this.engine()
  }

  async #open(): Promise<void> {
    const { engine, logger, lease } = this.#settings
    this.#state = 'opening'
    try {
      await engine.open(this.#host())
    } catch (error) {
      this.#state = 'idle'
      this.#opening = undefined
      throw error
    }
    if (this.#state !== 'opening') return
    this.#state = 'open'
    const signal = this.#dispatcher.signal.bind(this.#dispatcher)
    if (lease !== undefined)
      this.#leases = new Leases({
        engine,
        runner: this.#runner,
        deadlines: this.#deadlines,
        logger,
        lease,
        signal,
      })
    this.#dispatcher.wake()
  }

  #host(): EngineHost {
    const { clock, logger, engine, keepAlive } = this.#settings
    return {
      clock,
      logger,
      listening: () => this.hub.wanted,
      changed: (events) => this.hub.publish(events),
      ready: () => this.#dispatcher.wake(),
      signal: (orders) => orders.forEach((order) => this.#dispatcher.signal(order)),
      appended: (id) => this.hub.appended(id),
      due: (inMs) => this.#sweeper.due(inMs),
      unfinished: (any) => this.#keepAlive.hold(any && keepAlive && !engine.traits.durable),
    }
  }

  /** A second call may shorten the grace; both answer when all is closed. */
  close({ grace = '10s' }: CloseOptions = {}): Promise<void> {
    const inMs = milliseconds(grace, 'grace')
    if (this.#state !== 'closed') this.#deadlines.setSooner(this.#graceEnd, inMs)
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    const opening = this.#opening
    this.#state = 'closing'
    const opened = await opening?.then(
      () => true,
      () => false,
    )
    try {
      await this.#dispatcher.stop()
      if (opened === true) await this.#endTasks()
    } finally {
      this.#leases?.stop()
      this.#sweeper.stop()
      this.#recorder.close()
      this.#state = 'closed'
      this.hub.close()
      this.#deadlines.close()
      this.#keepAlive.hold(false)
      // An engine that this manager did not open may be another one's.
      if (opened === true) await this.#settings.engine.close()
    }
  }

  get logger(): Logger {
    return this.#settings.logger
  }

  async #endTasks(): Promise<void> {
    await this.#cancelQueued()
    await this.#endRuns()
    await this.#settler.drained()
    await this.#cancelQueued()
    // Whoever follows a task that has just ended reads its last lines now.
    await aTurn()
  }

  async #endRuns(): Promise<void> {
    const idle = this.#runner.whenIdle()
    await Promise.race([idle, this.#graceOver])
    this.#runner.abortAll(new ShutDown('the manager is closing'))
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
