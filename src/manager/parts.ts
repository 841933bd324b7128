import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { contextOfNow } from '../core/context.ts'
import { showable } from '../core/snapshot.ts'
import { VERSION } from '../core/version.ts'
import type { Engine, WorkerDraft } from '../engine/contract.ts'
import { Attention } from './attention.ts'
import { Catalogue } from './catalogue.ts'
import { Commons } from './commons.ts'
import { Deadlines } from './deadlines.ts'
import { Dispatcher } from './dispatcher.ts'
import { EventHub } from './event-hub.ts'
import { Followers } from './followers.ts'
import { Intake } from './intake.ts'
import { Leases } from './leases.ts'
import { OperationBook } from './operations.ts'
import type { ManagerSettings } from './options.ts'
import { persistently } from './persistently.ts'
import { Presence } from './presence.ts'
import { Recorder } from './recorder.ts'
import { Registry } from './registry.ts'
import { RunTokens } from './run-tokens.ts'
import { Runner } from './runner.ts'
import { ScheduleBook } from './schedules.ts'
import { Scheduler } from './scheduler.ts'
import { Settler } from './settler.ts'
import { Slots } from './slots.ts'
import { Sweeper } from './sweeper.ts'
import { TaskFiles } from './task-files.ts'
import { TaskOutput } from './task-output.ts'
import { Turns } from './turns.ts'
import { WorkerList } from './workers.ts'

/** What the parts have to know of the life of their manager. */
export interface Life {
  readonly isOpen: () => boolean
  /** Closed, or given up on reaching the engine: writes are repeated no longer. */
  readonly isOver: () => boolean
  /** The engine, opened by whoever needs it first. */
  readonly engine: () => Promise<Engine>
  /** What a creation has to wait for; nothing, once the engine is open. */
  readonly untilOpen: () => Promise<unknown> | undefined
}

export type Parts = ReturnType<typeof assemble>

/** The parts of a manager, put together. Nothing but this file knows all of them. */
export function assemble(settings: ManagerSettings, life: Life) {
  const { engine, logger, clock, lease, tags } = settings
  const { shared, durable } = engine.traits
  const inContext = contextOfNow()
  const now = () => clock.now()
  const lot = Array.from(randomBytes(7), (byte) => (byte % 36).toString(36)).join('')
  const worker = `${hostname()}-${process.pid}-${lot}`
  const startedAt = now()
  const turns = new Turns()
  const deadlines = new Deadlines(clock, inContext)
  const persist = <T>(what: string, call: () => Promise<T>) =>
    persistently(what, call, { deadlines, logger, closed: life.isOver })
  const attention = shared ? new Attention({ engine, deadlines, logger, isOpen: life.isOpen }) : undefined
  const hub = new EventHub(logger, inContext, attention)

  const files = new TaskFiles({ store: settings.files, engine, deadlines, hub, logger, now })
  const commons = new Commons({
    logger,
    running: files.running,
    durable,
    async get(id) {
      const task = await engine.get(id)
      return task && showable(task)
    },
  })
  const registry = new Registry(commons.place)
  const catalogue = new Catalogue({ registry, engine: life.engine, shared, now })
  const intake = new Intake({ catalogue, settings, engine, lot, files, untilOpen: life.untilOpen, turns })
  const slots: Slots = new Slots(settings.concurrency, () => dispatcher.roomier())
  const recorder = new Recorder({
    engine,
    deadlines,
    persist,
    now,
    inContext,
    lost: (run) => (run.over = true),
  })
  const settler: Settler = new Settler(engine, persist, (runs) => runner.settled(runs))
  const tokens = new RunTokens()
  const runner: Runner = new Runner({
    files,
    tokens,
    slots,
    deadlines,
    recorder,
    settler,
    rules: { durable, maxJson: settings.maxJson },
    logger,
    now,
    create: (operation, args, created) => intake.create(operation, args, created),
  })

  /** This manager, as the others see it. */
  const draft = (): WorkerDraft => ({
    id: worker,
    host: hostname(),
    pid: process.pid,
    version: VERSION,
    tags,
    operations: registry.names,
    concurrency: settings.concurrency,
    running: runner.size,
    startedAt,
  })
  const presence: Presence = new Presence({
    engine,
    deadlines,
    logger,
    draft,
    introduce: () => catalogue.tell(engine),
    idle: () => runner.whenIdle(),
    wake: () => dispatcher.wake(),
    drained: settings.onDrained,
  })
  const signal = (order: Parameters<Dispatcher['signal']>[0]): void => dispatcher.signal(order)
  const leases =
    lease === undefined ? undefined : new Leases({ engine, runner, deadlines, logger, now, lease, signal })
  const dispatcher: Dispatcher = new Dispatcher({
    engine,
    registry,
    slots,
    runner,
    deadlines,
    logger,
    worker,
    lease,
    tags,
    claiming: () => presence.mode === 'running',
    isTooLate: (askedAt) => leases?.areOver(askedAt) ?? false,
    claimed: (runs, askedAt) => leases?.held(runs, askedAt),
    now,
    inContext,
  })
  const output = new TaskOutput({
    files,
    catalogue,
    async runsHere(id) {
      // The engine tells of a start, and its answer to the claim may still be on its way.
      await dispatcher.begun()
      return runner.isRunning(id)
    },
  })
  return {
    turns,
    commons,
    registry,
    deadlines,
    hub,
    catalogue,
    intake,
    recorder,
    settler,
    runner,
    presence,
    leases,
    dispatcher,
    sweeper: new Sweeper(engine, deadlines, logger),
    scheduler: new Scheduler({ engine, intake, deadlines, logger, now }),
    operations: new OperationBook({ engine: life.engine, registry }),
    schedules: new ScheduleBook({ engine: life.engine, intake, now }),
    workers: new WorkerList(life.engine, draft),
    files,
    output,
    tokens,
    followers: new Followers({ engine: life.engine, hub, deadlines, output, shared }),
  }
}
