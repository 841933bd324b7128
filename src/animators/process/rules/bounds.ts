import { accountOf, accountRules, ACCOUNT_NAME, LARGEST_ID } from './account.ts'
import type { AccountName, AccountOptions, AccountRules } from './account.ts'
import type { Complain } from './complain.ts'
import { limitRules, limitsOf, type LimitOptions, type LimitRules, type Limits } from './limits.ts'
import { nicer, niceRules, type NiceOptions, type NiceRules } from './nice.ts'
import { prefixOf } from './prefix.ts'
import { umaskOf, umaskRules, type UmaskOptions, type UmaskRules } from './umask.ts'

/** What processes are held to, by the host. */
export interface BoundOptions extends AccountOptions, LimitOptions, NiceOptions, UmaskOptions {}

export interface BoundRules extends AccountRules, LimitRules, NiceRules, UmaskRules {}

/** What a caller asks for of it. */
export interface BoundArgs {
  /** A name or a number, of those that the host lets callers choose; `group` is the user's own by default. */
  readonly user?: AccountName
  readonly group?: AccountName
  readonly limits?: Limits
  /** From -20, served first, to 19, last. */
  readonly nice?: number
  /** Octal as a text (`'027'`), or a number. */
  readonly umask?: string
}

/** As what a process starts. */
export interface BoundPlan {
  /** Absolute paths and arguments before the executable's own; mostly empty. */
  readonly prefix: readonly string[]
  /** Undefined: as the service. */
  readonly uid: number | undefined
  readonly gid: number | undefined
}

export const BOUND_OPTIONS = [
  'user',
  'group',
  'users',
  'groups',
  'limits',
  'raiseLimits',
  'nice',
  'umask',
] as const

/** @throws {MajordomoError} `invalid-option` naming the field */
export function boundRules(options: BoundOptions): BoundRules {
  return { ...accountRules(options), ...limitRules(options), ...niceRules(options), ...umaskRules(options) }
}

export async function boundsOf(rules: BoundRules, args: BoundArgs, fault: Complain): Promise<BoundPlan> {
  const account = await accountOf(rules, args, fault)
  const uid = account?.uid ?? process.geteuid?.()
  const bounds = {
    umask: umaskOf(rules, args.umask, fault),
    nicer: nicer(rules, args.nice, uid === 0, fault),
    limits: limitsOf(rules, args.limits, fault),
  }
  return { prefix: await prefixOf(bounds, fault), uid: account?.uid, gid: account?.gid }
}

const COUNT = { type: 'integer', minimum: 0 }
const ACCOUNT = {
  type: ['string', 'integer'],
  maxLength: 256,
  pattern: ACCOUNT_NAME,
  minimum: 0,
  maximum: LARGEST_ID,
}

/** The arguments in the schema, where `duration` is that of a length of time. */
export function boundProperties(duration: object): Record<string, unknown> {
  return {
    user: { ...ACCOUNT, description: 'As whom it runs, of those that the service lets callers choose' },
    group: { ...ACCOUNT, description: "The user's own by default" },
    nice: { type: 'integer', minimum: -20, maximum: 19, description: 'From -20, served first, to 19, last' },
    umask: {
      type: 'string',
      pattern: '^[0-7]{1,4}$',
      examples: ['027'],
      description: 'Permissions that files it makes do not get; octal, as a text',
    },
    limits: {
      type: 'object',
      additionalProperties: false,
      description: 'Held against each of its processes by the kernel',
      properties: {
        cpu: { ...duration, description: 'CPU time, in whole seconds' },
        memory: { ...COUNT, description: 'Bytes of address space' },
        files: { ...COUNT, description: 'Open files at once' },
        processes: {
          ...COUNT,
          description: 'Processes and threads of its user, all together; not held against root',
        },
        fileSize: { ...COUNT, description: 'Bytes of each file that it writes' },
        core: { ...COUNT, description: 'Bytes of the memory image that a crash leaves' },
      },
    },
  }
}
