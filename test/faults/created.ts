import type { CreateOutcome } from '../../src/index.ts'
import type { Created } from './worker/protocol.ts'

/** What came of a creation, as plain data. */
export function created(outcome: CreateOutcome): Created {
  return 'error' in outcome
    ? { code: outcome.error.code, message: outcome.error.message }
    : { id: outcome.task.id, duplicate: outcome.duplicate }
}
