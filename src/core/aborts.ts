/**
 * Why a run's signal aborted. Each reason is a class of its own, so that an animator can tell them apart:
 * `if (ops.signal.reason instanceof TimedOut) …`, or by `reason.code` across copies of the package.
 */
export abstract class RunAborted extends Error {
  abstract readonly code: 'canceled' | 'timeout' | 'shutdown' | 'lease-lost' | 'superseded'
}

/** Somebody asked for the task to be canceled. */
export class Canceled extends RunAborted {
  override readonly name = 'Canceled'
  readonly code = 'canceled'
  /** Who asked, where known. */
  readonly by: string | undefined
  constructor(message = 'the task was canceled', by?: string) {
    super(message)
    this.by = by
  }
}

/** The run took longer than its timeout. */
export class TimedOut extends RunAborted {
  override readonly name = 'TimedOut'
  readonly code = 'timeout'
}

/** The manager is closing and its grace has passed. */
export class ShutDown extends RunAborted {
  override readonly name = 'ShutDown'
  readonly code = 'shutdown'
}

/** The engine no longer counts this run as the task's holder; another one may have started. */
export class LeaseLost extends RunAborted {
  override readonly name = 'LeaseLost'
  readonly code = 'lease-lost'
}

/** Somebody set the task to an ended state from outside; the run's result is not wanted. */
export class Superseded extends RunAborted {
  override readonly name = 'Superseded'
  readonly code = 'superseded'
  readonly by: string | undefined
  constructor(message = 'the task was ended from outside', by?: string) {
    super(message)
    this.by = by
  }
}
