import type { Animator, JsonSchema } from '../../../core/animator.ts'
import { ANIMATOR_OPTIONS, animatorOptions } from '../../../core/animator-options.ts'
import { FanOut } from '../room/fan-out.ts'
import { checkArguments } from './caller-limits.ts'
import { callerLimits, fanOutOptions, type FanOutAnimatorOptions } from './options.ts'
import type { FanOutArguments } from './plan.ts'
import { runList } from './run.ts'
import { argumentSchema } from './schema.ts'
import { SharedFanOut } from './shared-fan-out.ts'
import type { FanOutSummary } from './tally.ts'

/**
 * An animator that sends lists of HTTP requests: `manager.register('HTTP_FANOUT', fanout({ allow: ['10.0.0.0/8'] }))`.
 * What comes of each request is in the task's `items` output as soon as it is known, and a {@link FanOutSummary} is its result.
 * A task SUCCEEDS also where requests failed, unless its arguments say when it is to stop.
 *
 * One animator has one set of connections, for all of its tasks. It closes them with the manager, or with its last run where several
 * managers have it.
 *
 * @throws {MajordomoError} `invalid-option` naming the field
 */
export function fanout(options: FanOutAnimatorOptions): Animator<JsonSchema, FanOutSummary> {
  const limits = callerLimits(options)
  // Made at once, so that bad options are told here and not by the first task.
  const shared = new SharedFanOut(() => new FanOut(fanOutOptions(options)))
  const secretNames = typeof options.secrets === 'object' ? Object.keys(options.secrets) : undefined
  return {
    summary: 'Send HTTP requests to many targets, and keep what comes of each',
    description:
      'Requests may go only where this service allows; others are refused, those to the made-up hosts of an example too.',
    ...animatorOptions(options, ANIMATOR_OPTIONS),
    args: argumentSchema(limits),
    validate: (args: FanOutArguments) => checkArguments(args, limits, { guard: shared.guard, secretNames }),
    run: (ops) => shared.use((fanOut) => runList(ops, fanOut)),
    close: () => shared.close(),
  }
}
