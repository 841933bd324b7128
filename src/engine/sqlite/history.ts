import { MOST_MESSAGES, plainMessages } from '../../core/task.ts'
import type { Row } from './row.ts'

/** Adds a message to the row. */
export function noteAt(row: Row, text: string, time: number): void {
  const extras = row.more()
  const messages = [...(extras.history ?? plainMessages(row)), Object.freeze({ time, text })]
  if (messages.length > MOST_MESSAGES) messages.splice(1, messages.length - MOST_MESSAGES)
  extras.history = Object.freeze(messages)
}
