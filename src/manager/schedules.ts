import { MajordomoError } from '../core/errors.ts'
import type {
  Actor,
  CreateResult,
  Schedule,
  ScheduleOptions,
  SchedulePatch,
  SetScheduleOptions,
} from '../core/manager.ts'
import { booleanIn, known, wholeNumberIn } from '../core/options.ts'
import type { Engine, StoredSchedule } from '../engine/contract.ts'
import { Calendar } from '../schedule/calendar.ts'
import type { Intake } from './intake.ts'
import { actorId, orderer } from './orders.ts'
import {
  asJson,
  isReadable,
  scheduleName,
  scheduleSettings,
  shownSchedule,
  specOf,
  taskOptions,
  type ScheduleSpec,
} from './schedule-spec.ts'

/** What users do with schedules. Their ticks are the scheduler's. */
export class ScheduleBook {
  constructor(
    private readonly parts: {
      readonly engine: () => Promise<Engine>
      readonly intake: Intake
      readonly now: () => number
    },
  ) {}

  /** Those that this version of the package can read. */
  async all(): Promise<Schedule[]> {
    const engine = await this.parts.engine()
    return (await engine.schedules()).filter(isReadable).map(shownSchedule)
  }

  async get(name: string): Promise<Schedule> {
    return shownSchedule(await this.#find(name))
  }

  /** @throws {MajordomoError} `invalid-option`, `invalid-arguments`, `unsupported-operation`, `version-mismatch` */
  async set(name: string, schedule: ScheduleOptions, options: SetScheduleOptions = {}): Promise<Schedule> {
    scheduleName(name)
    orderer(options, ['ifVersion'])
    const ifVersion = wholeNumberIn(options.ifVersion, 'ifVersion', 0)
    const { calendar, ...settings } = scheduleSettings(schedule)
    const { subject } = options
    const template = await this.parts.intake.template(settings.operation, schedule.args, {
      ...taskOptions(name, settings),
      ...(subject === undefined ? {} : { subject }),
    })
    const spec: ScheduleSpec = {
      ...settings,
      template: { ...template, extras: { ...template.extras, schedule: name } },
    }
    const engine = await this.parts.engine()
    const next = settings.paused ? undefined : calendar.next(this.parts.now())
    const stored = await engine.putSchedule({ name, spec: asJson(spec), next, ifVersion })
    if (stored === 'version-mismatch') throw mismatch(name, ifVersion)
    return shownSchedule(stored)
  }

  /**
   * Changes it and nothing else: arguments that are secret, and on whose behalf its tasks are made, stay. Where it is so
   * already, its version stays too.
   */
  async update(name: string, patch: SchedulePatch, options: SetScheduleOptions = {}): Promise<Schedule> {
    orderer(options, ['ifVersion'])
    known(patch, ['paused'], '')
    const paused = booleanIn(patch.paused, 'paused') ?? false
    const ifVersion = wholeNumberIn(options.ifVersion, 'ifVersion', 0)
    for (;;) {
      const there = await this.#find(name)
      if (ifVersion !== undefined && there.version !== ifVersion) throw mismatch(name, ifVersion)
      const spec = specOf(there)
      if (spec.paused === paused) return shownSchedule(there)
      const changed: ScheduleSpec = { ...spec, paused }
      // What passed while it was paused was not missed.
      const next = paused ? undefined : new Calendar(changed.cron, changed.timeZone).next(this.parts.now())
      const draft = { name, spec: asJson(changed), next, ifVersion: ifVersion ?? there.version }
      const stored = await (await this.parts.engine()).putSchedule(draft)
      if (stored !== 'version-mismatch') return shownSchedule(stored)
      // Somebody else was faster; whoever named no version has nothing against that.
      if (ifVersion !== undefined) throw mismatch(name, ifVersion)
    }
  }

  async delete(name: string): Promise<void> {
    const engine = await this.parts.engine()
    if (!(await engine.removeSchedule(name))) throw missing(name)
  }

  /** Makes a task now, whatever the calendar says. */
  async run(name: string, options: Actor = {}): Promise<CreateResult> {
    orderer(options, [])
    const { template } = specOf(await this.#find(name))
    const createdBy = actorId(options.subject) ?? template.extras?.createdBy
    return this.parts.intake.store({ ...template, extras: { ...template.extras, createdBy } })
  }

  async #find(name: string): Promise<StoredSchedule> {
    const engine = await this.parts.engine()
    const stored = (await engine.schedules()).find((each) => each.name === name)
    if (stored === undefined) throw missing(name)
    return stored
  }
}

function mismatch(name: string, version: number | undefined): MajordomoError {
  return new MajordomoError('version-mismatch', `schedule ${name} is not at version ${version}`)
}

function missing(name: string): MajordomoError {
  return new MajordomoError('schedule-not-found', `there is no schedule ${JSON.stringify(name)}`)
}
