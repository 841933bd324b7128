import { invalidOption } from '../../../core/errors.ts'
import { Accounts, NoAccounts } from './accounts.ts'
import type { Complain } from './complain.ts'

/** A user or a group: a name, or a number. */
export type AccountName = string | number

export interface AccountOptions {
  /**
   * As whom the processes run: by default as the service does, with all that it may do. Another user can only be had by a
   * service that runs as root. The process has no groups but the one, and none of those that the service has.
   */
  readonly user?: AccountName
  /** By default the user's own group. */
  readonly group?: AccountName
  /** Whom a caller may choose instead, as they are written here. Mind that `'any'` has root among them. None by default. */
  readonly users?: 'any' | readonly AccountName[]
  /** Which groups a caller may choose, as they are written here; a chosen user's own needs no choice. None by default. */
  readonly groups?: 'any' | readonly AccountName[]
}

export interface AccountRules {
  readonly user: AccountName | undefined
  readonly group: AccountName | undefined
  readonly users: 'any' | readonly AccountName[]
  readonly groups: 'any' | readonly AccountName[]
  readonly accounts: Accounts
}

/** As whom a process is started. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/** The largest number that a process can be started with. */
export const LARGEST_ID = 2 ** 31 - 1
/** Names that no tool takes for an option, and that hold nothing which separates fields. */
export const ACCOUNT_NAME = '^[A-Za-z0-9_.][A-Za-z0-9_.@\\\\+-]*\\$?$'
const FORM = new RegExp(ACCOUNT_NAME)

/** @throws {MajordomoError} `invalid-option` naming the field */
export function accountRules({ user, group, users, groups }: AccountOptions): AccountRules {
  return {
    user: user === undefined ? undefined : nameIn(user, 'user'),
    group: group === undefined ? undefined : nameIn(group, 'group'),
    users: namesIn(users ?? [], 'users'),
    groups: namesIn(groups ?? [], 'groups'),
    accounts: new Accounts(),
  }
}

function namesIn(value: unknown, field: string): 'any' | readonly AccountName[] {
  if (value === 'any') return value
  if (!Array.isArray(value)) throw invalidOption(field, `a list of names, or 'any'`, value)
  return Object.freeze(value.map((one: unknown, i) => nameIn(one, `${field}/${i}`)))
}

function nameIn(value: unknown, field: string): AccountName {
  if (typeof value === 'string' && value.length <= 256 && FORM.test(value)) return value
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LARGEST_ID)
    return value as number
  throw invalidOption(field, `a name, or an integer from 0 to ${LARGEST_ID}`, value)
}

/** As whom a process runs; undefined: as the service does, with the groups that it has. */
export async function accountOf(
  rules: AccountRules,
  asked: { readonly user?: AccountName; readonly group?: AccountName },
  fault: Complain,
): Promise<Account | undefined> {
  const mayUser = isAmong(asked.user, rules.users, rules.user)
  const mayGroup = isAmong(asked.group, rules.groups, rules.group)
  if (!mayUser)
    fault(
      '/user',
      `${JSON.stringify(asked.user)} is not among the users that this service lets callers choose`,
    )
  if (!mayGroup)
    fault(
      '/group',
      `${JSON.stringify(asked.group)} is not among the groups that this service lets callers choose`,
    )
  if (!mayUser || !mayGroup) return undefined
  const user = asked.user ?? rules.user
  // The host's group goes with the host's user, and not with another one.
  const group = asked.group ?? (asked.user === undefined ? rules.group : undefined)
  if (user === undefined && group === undefined) return undefined
  const account = await found(rules.accounts, user, group, fault)
  if (account === undefined || process.geteuid?.() === 0) return account
  if (account.uid === process.geteuid?.() && account.gid === process.getegid?.()) return undefined
  return fault(
    user === undefined ? '/group' : '/user',
    `needs a service that runs as root, and this one does not`,
  )
}

function isAmong(
  asked: AccountName | undefined,
  listed: 'any' | readonly AccountName[],
  usual: AccountName | undefined,
): boolean {
  return asked === undefined || listed === 'any' || asked === usual || listed.includes(asked)
}

async function found(
  accounts: Accounts,
  user: AccountName | undefined,
  group: AccountName | undefined,
  fault: Complain,
): Promise<Account | undefined> {
  let where = '/user'
  try {
    const known = user === undefined ? undefined : await accounts.user(String(user))
    const uid = user === undefined ? process.geteuid?.() : (known?.uid ?? numeric(user))
    if (uid === undefined) return fault('/user', `there is no user ${JSON.stringify(user)} on this machine`)
    where = '/group'
    const gid = group === undefined ? known?.gid : ((await accounts.group(String(group))) ?? numeric(group))
    if (gid === undefined)
      return group === undefined
        ? fault(
            '/group',
            `has to be said for the user ${JSON.stringify(user)}, whom this machine does not know`,
          )
        : fault('/group', `there is no group ${JSON.stringify(group)} on this machine`)
    if (uid <= LARGEST_ID && gid <= LARGEST_ID) return { uid, gid }
    return fault(where, `has a number above ${LARGEST_ID}, as which no process can be started`)
  } catch (error) {
    if (error instanceof NoAccounts) return fault(where, error.message)
    throw error
  }
}

/** A number needs no entry anywhere. */
function numeric(name: AccountName): number | undefined {
  return typeof name === 'number' || /^\d+$/.test(name) ? Number(name) : undefined
}
