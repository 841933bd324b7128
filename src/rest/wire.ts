import type { TaskEvent } from '../core/events.ts'
import type { FileInfo } from '../core/files.ts'
import type { OperationInfo, Schedule, Worker } from '../core/manager.ts'
import type { OutputEntry, OutputPage } from '../core/output.ts'
import { showable } from '../core/snapshot.ts'
import type { Progress, Task, TaskError } from '../core/task.ts'
import type { components } from '../../generated/types.ts'
import { mediaType } from './files/media-type.ts'
import type { Times } from './times.ts'

type Schemas = components['schemas']

/** The forms that things have on the wire: times as texts, and nothing that its reader may not see. */
export class Wire {
  readonly #times: Times

  constructor(times: Times) {
    this.#times = times
  }

  /** @param manages whether the reader may see where an error was thrown */
  task(given: Task, manages: boolean): Schemas['Task'] {
    const task = showable(given)
    const time = this.#times
    const wire: Schemas['Task'] = {
      id: task.id,
      operation: task.operation,
      args: task.args as Schemas['Task']['args'],
      state: task.state,
      attempt: task.attempt,
      version: task.version,
      priority: task.priority,
      tags: task.tags as string[],
      cancelRequested: task.cancelRequested,
      createdAt: time.text(task.createdAt),
      modifiedAt: time.text(task.modifiedAt),
      messages: task.messages.map((message) => ({ time: time.text(message.time), text: message.text })),
    }
    if (task.reason !== undefined) wire.reason = task.reason
    if (task.parentId !== undefined) wire.parentId = task.parentId
    if (task.name !== undefined) wire.name = task.name
    if (task.rerunOf !== undefined) wire.rerunOf = task.rerunOf
    if (task.schedule !== undefined) wire.schedule = task.schedule
    if (task.createdBy !== undefined) wire.createdBy = task.createdBy
    if (task.progress !== undefined) wire.progress = this.#progress(task.progress)
    if (task.result !== undefined) wire.result = task.result
    if (task.error !== undefined) wire.error = shownError(task.error, manages)
    if (task.waitingFor !== undefined) wire.waitingFor = task.waitingFor
    if (task.notBefore !== undefined) wire.notBefore = time.text(task.notBefore)
    if (task.startedAt !== undefined) wire.startedAt = time.text(task.startedAt)
    if (task.endedAt !== undefined) wire.endedAt = time.text(task.endedAt)
    return wire
  }

  change({ task }: TaskEvent): Schemas['TaskChange'] {
    const wire: Schemas['TaskChange'] = {
      id: task.id,
      operation: task.operation,
      state: task.state,
      version: task.version,
      time: this.#times.text(task.modifiedAt),
      attempt: task.attempt,
    }
    if (task.parentId !== undefined) wire.parentId = task.parentId
    if (task.waitingFor !== undefined) wire.waitingFor = task.waitingFor
    if (task.cancelRequested) wire.cancelRequested = true
    if (task.reason !== undefined) wire.reason = task.reason
    if (task.progress !== undefined) wire.progress = this.#progress(task.progress)
    return wire
  }

  entry(entry: OutputEntry): Schemas['OutputEntry'] {
    return { ...entry, time: this.#times.text(entry.time) }
  }

  output({ items, cursor, dropped }: OutputPage): Schemas['OutputPage'] {
    return { items: items.map((entry) => this.entry(entry)), cursor, dropped }
  }

  file({ path, kind, size, modifiedAt }: FileInfo): Schemas['File'] {
    const wire: Schemas['File'] = { path, kind, size, modifiedAt: this.#times.text(Math.floor(modifiedAt)) }
    if (kind === 'file') wire.type = mediaType(path)
    return wire
  }

  operation(info: OperationInfo): Schemas['Operation'] {
    const { args, counts, ...same } = info
    return { ...same, counts: { ...counts }, ...(args !== undefined && { args: { ...args } }) }
  }

  schedule(schedule: Schedule): Schemas['Schedule'] {
    const { args, options, nextAt, lastAt, createdAt, modifiedAt, ...same } = schedule
    const { tags, retry, ...alike } = options
    const time = this.#times
    const wire: Schemas['Schedule'] = {
      ...same,
      ...alike,
      args: args as Schemas['Schedule']['args'],
      createdAt: time.text(createdAt),
      modifiedAt: time.text(modifiedAt),
    }
    if (tags !== undefined) wire.tags = [...tags]
    if (retry !== undefined) wire.retry = { ...retry }
    if (nextAt !== undefined) wire.nextAt = time.text(nextAt)
    if (lastAt !== undefined) wire.lastAt = time.text(lastAt)
    return wire
  }

  worker({ tags, operations, startedAt, heartbeatAt, ...same }: Worker): Schemas['Worker'] {
    return {
      ...same,
      ...(tags !== undefined && { tags: [...tags] }),
      operations: [...operations],
      startedAt: this.#times.text(startedAt),
      heartbeatAt: this.#times.text(heartbeatAt),
    }
  }

  #progress({ time, ...progress }: Progress): Schemas['Progress'] {
    return { ...progress, time: this.#times.text(time) }
  }
}

function shownError(error: TaskError, manages: boolean): Schemas['TaskError'] {
  if (manages || error.stack === undefined) return error
  const { stack: _, ...shown } = error
  return shown
}
