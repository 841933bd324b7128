import type { JsonSchema } from '../../../core/animator.ts'
import type { Duration } from '../../../core/duration.ts'
import { PROGRESS_PROPERTIES, type ProgressArgs } from '../progress/arguments.ts'
import { boundProperties, type BoundArgs } from './bounds.ts'
import { WHEN_FULL, type WhenFull } from './options.ts'

/** What a caller says of one process. */
export interface ProcessArgs extends BoundArgs, ProgressArgs {
  /** Executable and arguments; nothing is read into them, as no shell is between. */
  readonly command?: readonly string[]
  /** Instead of `command`: what an interpreter reads as a file. */
  readonly script?: string
  /** One of the host's shells; the first of them by default. */
  readonly shell?: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly timeout?: Duration
  /** SIGTERM by default. */
  readonly stopSignal?: string
  readonly killAfter?: Duration
  /** Exit codes that count as success; 0 alone by default. */
  readonly successCodes?: readonly number[]
  /** Bytes that it may print, as `whenFull` says. */
  readonly outputLimit?: number
  /** What happens at `outputLimit`: see `ProcessRunnerOptions.whenFull`. */
  readonly whenFull?: WhenFull
}

const DURATION = { type: ['integer', 'string'], minimum: 1, maxLength: 20, examples: ['30s', 30_000] }

export const PROCESS_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    command: {
      type: 'array',
      minItems: 1,
      maxItems: 10_000,
      items: { type: 'string', maxLength: 131_000 },
      description: 'The executable and its arguments. There is no shell: nothing in them is expanded.',
      examples: [['ls', '-lah']],
    },
    script: {
      type: 'string',
      minLength: 1,
      description: 'Instead of a command: a script for one of the shells',
    },
    shell: { type: 'string', maxLength: 4096, description: 'The first that the service allows by default' },
    cwd: { type: 'string', maxLength: 4096, description: 'The working directory of the task by default' },
    env: {
      type: 'object',
      maxProperties: 1000,
      additionalProperties: { type: 'string' },
      writeOnly: true,
      description: 'Added to what the service sets; never shown again',
    },
    stdin: { type: 'string', writeOnly: true, description: 'What the process reads; nothing by default' },
    timeout: { ...DURATION, description: 'How long it may run; a number is ms' },
    stopSignal: {
      type: 'string',
      maxLength: 20,
      default: 'SIGTERM',
      description: 'Sent to its process group first',
    },
    killAfter: {
      ...DURATION,
      description: 'How long after the stop signal it is killed; the service sets a limit',
    },
    successCodes: {
      type: 'array',
      minItems: 1,
      maxItems: 256,
      items: { type: 'integer', minimum: 0, maximum: 255 },
      default: [0],
    },
    outputLimit: {
      type: 'integer',
      minimum: 0,
      description: 'Bytes that it may print, as whenFull says. The service may have set a lower limit',
    },
    whenFull: {
      enum: WHEN_FULL,
      description:
        'At outputLimit: stop it once stdout and stderr together are more; or keep the newest so many bytes of each (drop-oldest), and let it wait where it would be more than that ahead of whoever reads its output (wait). What the service has set by default, which is stop unless it says otherwise',
    },
    ...boundProperties(DURATION),
    ...PROGRESS_PROPERTIES,
  },
}
