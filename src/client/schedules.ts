import type { components } from '../../generated/types.ts'
import type { Connection } from './connection.ts'
import { preferring, type HoldOptions } from './create.ts'
import { unwrap } from './problem.ts'
import type { CallOptions, Schedule, Task } from './types.ts'

type Settings = components['schemas']['ScheduleSettings']

/** When and how tasks of an operation are made again and again. */
export interface ScheduleSettings<Args> extends Omit<Settings, 'name' | 'operation' | 'args'> {
  /** May be left out where the operation requires none. */
  readonly args?: Args
}

/** What is done with schedules. */
export interface Schedules<Ops extends object> {
  /** In the order of their names. */
  list(options?: CallOptions): Promise<Schedule[]>
  /** Creates a schedule, or replaces it: what is left out gets its default. */
  set<Name extends keyof Ops & string>(
    name: string,
    operation: Name,
    settings: ScheduleSettings<Ops[Name] & object>,
    options?: CallOptions,
  ): Promise<Schedule>
  pause(name: string, options?: CallOptions): Promise<Schedule>
  resume(name: string, options?: CallOptions): Promise<Schedule>
  /** Makes a task now, as the schedule does. */
  run(name: string, options?: HoldOptions): Promise<Task>
  /** The tasks that it made stay. @throws `schedule-not-found` */
  delete(name: string, options?: CallOptions): Promise<void>
}

export function schedules<Ops extends object>({ raw }: Connection): Schedules<Ops> {
  const at = (name: string, { signal }: CallOptions) => ({
    params: { path: { name } },
    ...(signal && { signal }),
  })
  const setPaused = async (name: string, paused: boolean, call: CallOptions) =>
    unwrap(await raw.PATCH('/schedules/{name}', { ...at(name, call), body: { paused } }))
  return {
    async list({ signal } = {}) {
      return unwrap(await raw.GET('/schedules', { ...(signal && { signal }) })).items
    },
    async set(name, operation, settings, call = {}) {
      const body = bodyOf(operation, settings)
      return unwrap(await raw.PUT('/schedules/{name}', { ...at(name, call), body }))
    },
    pause: (name, call = {}) => setPaused(name, true, call),
    resume: (name, call = {}) => setPaused(name, false, call),
    async run(name, { wait, signal } = {}) {
      return unwrap(
        await raw.POST('/schedules/{name}/run', {
          params: { path: { name }, header: preferring(wait) },
          ...(signal && { signal }),
        }),
      )
    },
    async delete(name, call = {}) {
      unwrap(await raw.DELETE('/schedules/{name}', at(name, call)))
    },
  }
}

function bodyOf(operation: string, { args, ...settings }: ScheduleSettings<object>): Settings {
  return { operation, ...settings, ...(args !== undefined && { args: { ...args } }) }
}
