import type { TaskEvent } from '../../core/events.ts'
import type { Wire } from '../wire.ts'

/** One change, as it goes to every reader that may see it. */
export interface Frame {
  readonly operation: string
  readonly createdBy: string | undefined
  /** A server-sent event, complete. */
  readonly text: string
}

export function frameOf(event: TaskEvent, id: string, wire: Wire): Frame {
  const { operation, createdBy } = event.task
  return {
    operation,
    createdBy,
    text: `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(wire.change(event))}\n\n`,
  }
}

/** Something changed that this stream cannot tell; the reader has to look at everything anew. */
export function resetFrame(id: string): string {
  return `id: ${id}\nevent: reset\ndata: {}\n\n`
}

/** All changes from here on are told. It has data because parsers may drop an id that comes alone. */
export function readyFrame(id: string): string {
  return `id: ${id}\nevent: ready\ndata: {}\n\n`
}
