import { LONGEST_TIMER } from '../../../core/clock.ts'
import type { Duration } from '../../../core/duration.ts'
import { invalidOption } from '../../../core/errors.ts'
import { known, wholeNumberIn } from '../../../core/options.ts'
import type { Animator } from '../../../core/animator.ts'
import {
  PROGRESS_OPTIONS,
  progressRules,
  type ProgressOptions,
  type ProgressRules,
} from '../progress/arguments.ts'
import type { AllowRules, NamePattern } from './allowed.ts'
import { BOUND_OPTIONS, boundRules, type BoundOptions, type BoundRules } from './bounds.ts'
import { executables, folders, oneOf, patterns, texts, timerIn, variables } from './checks.ts'

/** What the manager reads of the options; `timeout` is the process's own. */
export const PASSED_ON = [
  'summary',
  'description',
  'concurrency',
  'totalConcurrency',
  'onInterrupt',
  'retry',
  'retain',
] as const

/** What the host allows. What it does not list is refused. */
export interface ProcessRunnerOptions
  extends Pick<Animator, (typeof PASSED_ON)[number]>, BoundOptions, ProgressOptions {
  /**
   * The executables that may run: an absolute path, a folder as `/opt/jobs/*` (what lies directly in it), a bare name
   * (`'rsync'`, found in `path`), or an expression that the real path has to match, links followed. `'any'` allows all: then
   * whoever may create a task may do whatever this process may. An interpreter (a shell, `env`, `python3`) runs anything.
   */
  readonly allow: 'any' | readonly NamePattern[]
  /** Shells, or other interpreters, that take a `script`: bare names or absolute paths. None by default. */
  readonly shells?: readonly string[]
  /** Folders, absolute, in which bare names are looked up; it is the PATH of the processes too. `/usr/local/bin`, `/usr/bin`, `/bin` by default. */
  readonly path?: readonly string[]
  /** Folders, absolute, in or below which a caller may put `cwd`. None by default: each task has a working directory of its own. */
  readonly directories?: readonly string[]
  /** What the processes find in their environment. The service's own is not handed on, unless it is listed here. */
  readonly env?: {
    /** Always set. */
    readonly set?: Readonly<Record<string, string>>
    /** Taken from the service's environment, by name, where they are set there. */
    readonly inherit?: readonly string[]
    /** What a caller may set. Mind LD_PRELOAD, NODE_OPTIONS and their like; none by default. */
    readonly accept?: 'any' | readonly NamePattern[]
  }
  /** How long a process may run unless its creation says otherwise; `'1h'` by default. */
  readonly timeout?: Duration
  /** The longest timeout that a caller may ask for; 24 days, and not less than `timeout`, by default. */
  readonly maxTimeout?: Duration
  /** How long a process may take to end after its stop signal before it is killed; `'10s'` by default, and the most that a caller may ask for. */
  readonly killAfter?: Duration
  /**
   * Bytes that a process may print, as `whenFull` says; a caller may ask for fewer. Without it the newest 1 GiB of each stream
   * is kept, and it may print on.
   */
  readonly outputLimit?: number
  /**
   * What happens at `outputLimit`, the host's and a caller's who does not say: `'stop'`, the default, stops the process
   * once it has printed more bytes, stdout and stderr together; `'drop-oldest'` keeps the newest so many of each stream;
   * `'wait'` does so too, and lets the process wait rather than drop what nobody has read: it is never more than about so many bytes
   * of a stream ahead of whoever reads that, and 128 KiB at least.
   */
  readonly whenFull?: WhenFull
  /**
   * Whether processes are started by a small process of its own, which begins with the first of them, serves all animators of
   * the manager, and ends with it: then neither the size of this one nor its work slows their start down, and they do not hold it up. True by default.
   */
  readonly spawner?: boolean
  /**
   * What becomes of processes when this service is killed: `'end'`, the default, ends them; with `'adopt'` they go on, and so
   * does their record, and the next attempt of the task on this machine takes them over instead of starting anew, or takes over
   * their end. Needs the spawner, and an engine that outlives the service: on another it is `'end'`, and the log says so.
   */
  readonly leftovers?: 'end' | 'adopt'
}

export const WHEN_FULL = ['stop', 'drop-oldest', 'wait'] as const
export type WhenFull = (typeof WHEN_FULL)[number]

/** The same, complete; durations in milliseconds. */
export interface ProcessRules extends AllowRules, BoundRules, ProgressRules {
  readonly shells: readonly string[]
  readonly directories: readonly string[]
  readonly set: Readonly<Record<string, string>>
  readonly inherit: readonly string[]
  readonly accept: 'any' | readonly NamePattern[]
  readonly timeout: number
  readonly maxTimeout: number
  readonly killAfter: number
  /** Bytes of both streams together beyond which a process is stopped. */
  readonly stopAt: number | undefined
  /** The newest bytes of each stream that are kept; all where it is undefined. */
  readonly keep: number | undefined
  /** What a caller's limit means who does not say. */
  readonly whenFull: WhenFull
  readonly spawner: boolean
  readonly leftovers: 'end' | 'adopt'
}

const NAMES = [
  'allow',
  'shells',
  'path',
  'directories',
  'env',
  'timeout',
  'maxTimeout',
  'killAfter',
  'outputLimit',
  ...BOUND_OPTIONS,
  ...PROGRESS_OPTIONS,
  'whenFull',
  'spawner',
  'leftovers',
  ...PASSED_ON,
]
/** Bytes of each stream, where nobody says. */
const KEPT = 1024 ** 3
const USUAL_TIMEOUT = 3_600_000
const USUAL_PATH = ['/usr/local/bin', '/usr/bin', '/bin']

/** @throws {MajordomoError} `invalid-option` naming the field */
export function processRules(options: ProcessRunnerOptions): ProcessRules {
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options)
  known(options, NAMES, '')
  const { env = {} } = options
  if (typeof env !== 'object' || env === null) throw invalidOption('env', 'an object', env)
  known(env, ['set', 'inherit', 'accept'], 'env')
  if (options.allow === undefined) throw invalidOption('allow', `a list of executables, or 'any'`, undefined)
  return Object.freeze({
    allow: executables(options.allow),
    shells: texts(options.shells ?? [], 'shells'),
    path: folders(options.path ?? USUAL_PATH, 'path'),
    directories: folders(options.directories ?? [], 'directories'),
    set: variables(env.set ?? {}),
    inherit: texts(env.inherit ?? [], 'env.inherit'),
    accept: patterns(env.accept ?? [], 'env.accept'),
    ...times(options),
    killAfter: timerIn(options.killAfter ?? '10s', 'killAfter'),
    ...boundRules(options),
    ...progressRules(options),
    ...limits(options),
    ...survival(options),
  })
}

function times(options: ProcessRunnerOptions): Pick<ProcessRules, 'timeout' | 'maxTimeout'> {
  const most = timerIn(options.maxTimeout ?? LONGEST_TIMER, 'maxTimeout')
  const usual = timerIn(options.timeout ?? Math.min(USUAL_TIMEOUT, most), 'timeout')
  if (usual > most) throw invalidOption('timeout', `at most maxTimeout, ${most} ms`, options.timeout)
  return { timeout: usual, maxTimeout: most }
}

function limits(options: ProcessRunnerOptions): Pick<ProcessRules, 'stopAt' | 'keep' | 'whenFull'> {
  const limit = wholeNumberIn(options.outputLimit, 'outputLimit', 0)
  const whenFull = oneOf(options.whenFull ?? 'stop', WHEN_FULL, 'whenFull')
  if (limit === undefined) return { stopAt: undefined, keep: KEPT, whenFull }
  // What is stopped in time need not lose its beginning.
  if (whenFull === 'stop') return { stopAt: limit, keep: undefined, whenFull }
  return { stopAt: undefined, keep: limit, whenFull }
}

function survival({
  spawner = true,
  ...options
}: ProcessRunnerOptions): Pick<ProcessRules, 'spawner' | 'leftovers'> {
  if (typeof spawner !== 'boolean') throw invalidOption('spawner', 'true or false', spawner)
  const leftovers = oneOf(options.leftovers ?? 'end', ['end', 'adopt'], 'leftovers')
  // Without it nobody would listen to them.
  if (leftovers === 'adopt' && !spawner)
    throw invalidOption('leftovers', `'end' where there is no spawner`, leftovers)
  return { spawner, leftovers }
}
