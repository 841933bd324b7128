import { DoNotRetryError, MajordomoError } from '../core/errors.ts'
import type { Operation } from './operation.ts'

/** The run of a task from where no animator is registered: nobody has asked the animator's own check yet. */
export function checkedFirst({ validate, run }: Operation): Operation['run'] {
  return async (ops) => {
    try {
      await validate(ops.args, ops.get().createdBy)
    } catch (error) {
      throw MajordomoError.is(error) ? new DoNotRetryError(error.message, { cause: error }) : error
    }
    return run(ops)
  }
}
