import type { TaskEvent } from '../../core/events.ts'
import type { Wire } from '../wire.ts'

/** One change, as it goes to every reader that may see it. */
export interface Frame {
  readonly id: string
  readonly operation: string
  readonly createdBy: string | undefined
  /** A server-sent event, complete. */
  readonly text: string
}

export function frameOf(event: TaskEvent, id: string, wire: Wire): Frame {
  const { operation, createdBy } = event.task
  return {
    id,
    operation,
    createdBy,
    text: `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(wire.change(event))}\n\n`,
  }
}

/**
 * Word of the stream itself. `ready`: nothing is missed from here on. `reset`: something was missed that this stream
 * cannot tell, and the reader has to look at everything anew.
 */
export function emptyFrame(event: 'ready' | 'reset', id: string): string {
  return `id: ${id}\nevent: ${event}\ndata: {}\n\n`
}
