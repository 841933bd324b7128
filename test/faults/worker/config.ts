/** What a worker process is started with. */
export interface WorkerConfig {
  readonly name: string
  readonly store: Store
  /** The file that it writes its runs to, see `fence.ts`. */
  readonly fence: string
  /** ms; the manager's own default when left out. */
  readonly lease?: number | undefined
  readonly concurrency?: number | undefined
  readonly tags?: readonly string[] | undefined
  /** Its runs of HOLD and BLOCK go on until they are stopped; in other workers they return at once. */
  readonly holds?: boolean | undefined
  /** It has the animator HTTP_FANOUT, whose requests tell this process's name in their User-Agent. */
  readonly fanOut?: boolean | undefined
  /** Its clock is ahead of the machine's by so much, ms. */
  readonly skew?: number | undefined
  /** A file that only takes up room, made before the store is opened, bytes. */
  readonly ballast?: { readonly file: string; readonly bytes: number } | undefined
}

/** Where its tasks are. */
export type Store =
  | { readonly kind: 'redis'; readonly port: number; readonly prefix: string }
  | { readonly kind: 'sqlite'; readonly file: string }

/** What the animators of `animators.ts` take. */
export interface WorkArgs {
  /** Which of many it is. */
  readonly n?: number
  /** How long the run goes on, unless it is aborted, ms. */
  readonly ms?: number
  /** The concurrencyKey that the task was created with. */
  readonly key?: string
  /** The first run throws when it has done its work. */
  readonly fails?: boolean
  /** It makes a child that takes so long, and waits for it, ms. */
  readonly child?: number
  /** BLOCK: until this file is there. */
  readonly until?: string
}

export type OperationName = 'WORK' | 'CAPPED' | 'HOLD' | 'BLOCK' | 'KILL' | 'KILL_ONCE'
