import type {
  Actor,
  CreateResult,
  OperationInfo,
  Schedule,
  ScheduleOptions,
  SchedulePatch,
  SetScheduleOptions,
  Worker,
} from '../core/manager.ts'
import type { House } from './house.ts'

/** What a manager says of more than single tasks: its operations, its schedules, and the workers beside it. */
export abstract class Steering {
  /** @internal */
  protected abstract readonly house: House

  /** What is registered, and on a shared engine what other workers have animators for, with how many tasks there are of each. */
  operations(): Promise<OperationInfo[]> {
    return this.house.parts.operations.all()
  }

  /**
   * Starts no more tasks of the operation, on any worker; those that run go on. An engine that outlives the process keeps it.
   * @throws {MajordomoError} `operation-not-found`
   */
  pause(operation: string): Promise<void> {
    return this.house.parts.operations.pause(operation, true)
  }

  resume(operation: string): Promise<void> {
    return this.house.parts.operations.pause(operation, false)
  }

  /**
   * Sets the most runs of the operation at once, on all workers together; `undefined` lifts what was set. It goes before the
   * animator's `totalConcurrency`, and an engine that outlives the process keeps it.
   * @throws {MajordomoError} `operation-not-found`, `invalid-option`
   */
  setConcurrency(operation: string, concurrency: number | undefined): Promise<void> {
    return this.house.parts.operations.limit(operation, concurrency)
  }

  /** In the order of their names. */
  schedules(): Promise<Schedule[]> {
    return this.house.parts.schedules.all()
  }

  /** @throws {MajordomoError} `schedule-not-found` */
  getSchedule(name: string): Promise<Schedule> {
    return this.house.parts.schedules.get(name)
  }

  /**
   * Stores a schedule, or the next version of one that is there. Its arguments are checked now, and its tasks are made
   * on behalf of `subject`. Schedules fire while a manager is open; they do not hold the process open.
   * @throws {MajordomoError} `invalid-option`, `invalid-arguments`, `unsupported-operation`, `version-mismatch`
   */
  setSchedule(name: string, schedule: ScheduleOptions, options?: SetScheduleOptions): Promise<Schedule> {
    return this.house.parts.schedules.set(name, schedule, options)
  }

  /**
   * Pauses or resumes a schedule. Ticks that pass while it is paused are not missed.
   * @throws {MajordomoError} `schedule-not-found`, `version-mismatch`
   */
  updateSchedule(name: string, patch: SchedulePatch, options?: SetScheduleOptions): Promise<Schedule> {
    return this.house.parts.schedules.update(name, patch, options)
  }

  /** Its tasks stay. @throws {MajordomoError} `schedule-not-found` */
  deleteSchedule(name: string): Promise<void> {
    return this.house.parts.schedules.delete(name)
  }

  /** Makes a task of the schedule now, whatever its calendar and `overlap` say. @throws {MajordomoError} `schedule-not-found` */
  runSchedule(name: string, options?: Actor): Promise<CreateResult> {
    return this.house.parts.schedules.run(name, options)
  }

  /** The managers that work on this engine, this one among them. */
  workers(): Promise<Worker[]> {
    return this.house.parts.workers.all()
  }

  /**
   * `paused` and `draining` claim nothing more; what runs goes on. One that drains shows as `drained` when nothing runs any
   * more, and calls its host's `onDrained`.
   * @throws {MajordomoError} `worker-not-found`, `invalid-option`
   */
  setWorker(id: string, state: 'running' | 'paused' | 'draining'): Promise<Worker> {
    return this.house.parts.workers.set(id, state)
  }
}
