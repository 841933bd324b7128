import type { Complain } from '../rules/complain.ts'
import { baseUrlIn } from './inside.ts'
import { ProgressTemplate } from './template.ts'

export interface ProgressOptions {
  /**
   * Base URL of the mounted API as the processes reach it, such as `'http://127.0.0.1:3000/housekeeping'`; they find it as
   * `MAJORDOMO_URL`. None by default.
   */
  readonly url?: string
}

export interface ProgressRules {
  readonly url: string | undefined
}

/** Which of the lines that a process prints tell how far it is. */
export interface ProgressArgs {
  readonly progress?: {
    /** Such as `{percent}% {message}`; also `{done}` and `{total}`. All else is literal. */
    readonly line: string
    /** Where to look; both by default. */
    readonly stream?: 'stdout' | 'stderr' | 'both'
  }
}

/** What of a run's outputs tells progress. */
export interface ProgressPlan {
  readonly progress:
    { readonly template: ProgressTemplate; readonly streams: readonly ('stdout' | 'stderr')[] } | undefined
}

export const PROGRESS_OPTIONS = ['url'] as const

/** @throws {MajordomoError} `invalid-option` naming the field */
export function progressRules({ url }: ProgressOptions): ProgressRules {
  return { url: baseUrlIn(url, 'url') }
}

export function progressPlan({ progress }: ProgressArgs, fault: Complain): ProgressPlan {
  if (progress === undefined) return { progress }
  const template = ProgressTemplate.read(progress.line)
  if (typeof template === 'string') return { progress: fault('/progress/line', template) }
  const { stream = 'both' } = progress
  return { progress: { template, streams: stream === 'both' ? ['stdout', 'stderr'] : [stream] } }
}

export const PROGRESS_PROPERTIES = {
  progress: {
    type: 'object',
    additionalProperties: false,
    required: ['line'],
    description: 'Which of the lines that it prints tell how far it is',
    properties: {
      line: {
        type: 'string',
        minLength: 1,
        maxLength: 1000,
        description: 'Its form: {percent}, {done}, {total} and {message} are read, all else is literal',
        examples: ['{percent}% {message}', 'step {done} of {total}'],
      },
      stream: { enum: ['stdout', 'stderr', 'both'], default: 'both' },
    },
  },
}
