import { invalidOption } from '../core/errors.ts'
import { frozenJson } from '../core/json.ts'
import type { TaskPatch, UpdateOptions } from '../core/manager.ts'
import { known, stringIn, wholeNumberIn } from '../core/options.ts'
import { isEnded } from '../core/states.ts'
import type { OutsideChange } from '../engine/contract.ts'
import { orderer } from './orders.ts'

const STATES = ['ACTIVE', 'SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED']

/**
 * What a patch asks of the engine.
 * @throws {MajordomoError} `invalid-option` naming the field
 */
export function outsideChange(patch: TaskPatch, actor: UpdateOptions): OutsideChange {
  known(patch, ['state', 'message', 'result', 'priority'], '')
  const who = orderer(actor, ['ifVersion'])
  const { ifVersion } = actor
  const { state, result } = patch
  if (state !== undefined && !STATES.includes(state))
    throw invalidOption('state', `one of ${STATES.join(', ')}`, state)
  const message = stringIn(patch.message, 'message', 500)
  const ends = state !== undefined && state !== 'ACTIVE'
  if (!ends && message !== undefined)
    throw invalidOption('message', 'given together with an ended state', message)
  if (!ends && result !== undefined)
    throw invalidOption('result', 'given together with an ended state', result)
  const priority = wholeNumberIn(patch.priority, 'priority', -1000, 1000)
  return {
    ...who,
    ...(ifVersion === undefined ? {} : { ifVersion }),
    ...(priority === undefined ? {} : { priority }),
    ...(state === 'ACTIVE' ? { activate: true } : {}),
    ...(state !== undefined && isEnded(state)
      ? {
          end: {
            state,
            reason: { code: 'set-from-outside', message: message ?? 'set from outside', ...who },
            ...(result === undefined ? {} : { result: frozenJson(result) }),
          },
        }
      : {}),
  }
}
