/** Workers: the processes that claim from this engine, as they see each other. */
export interface Workers {
  /** A sign of life: the worker counts as alive for `ttl` ms from now. Answers what was asked of it. */
  announce(worker: WorkerDraft, ttl: number): Promise<WorkerMode>
  /** It has left by itself. */
  dismiss(id: string): Promise<void>
  /** Those alive, in the order of their ids. */
  workers(): Promise<WorkerState[]>
  /** Asks a worker to claim or not; answers undefined for one that is not alive. Its host is told by `mode`. */
  setWorker(id: string, mode: WorkerMode): Promise<WorkerState | undefined>
}

/** `paused` and `draining` claim nothing; one that drains is expected to leave when its runs have ended. */
export type WorkerMode = 'running' | 'paused' | 'draining'

export interface WorkerDraft {
  readonly id: string
  readonly host: string
  readonly pid: number
  /** Of this package. */
  readonly version: string
  /** It takes only tasks all of whose tags are among these; undefined: any task. */
  readonly tags?: readonly string[] | undefined
  /** What it has animators for. */
  readonly operations: readonly string[]
  /** The most runs at once, and how many there are now. */
  readonly concurrency: number
  readonly running: number
  readonly startedAt: number
}

export interface WorkerState extends WorkerDraft {
  readonly mode: WorkerMode
  readonly heartbeatAt: number
}
