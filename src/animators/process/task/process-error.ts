import { FailedWithResult } from '../../../core/errors.ts'

/** That a process has failed, or what it told of that. It has no stack: where the service noticed tells nobody anything. */
export class ProcessError extends FailedWithResult {
  constructor(...args: ConstructorParameters<typeof FailedWithResult>) {
    super(...args)
    this.name = 'ProcessError'
    Object.defineProperty(this, 'stack', { value: undefined })
  }
}
