import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { toolAt } from './prefix.ts'

/** For so long an answer is taken as true, ms: each costs a process. */
const FRESH = 60_000
const MOST_KEPT = 1_000
const PATIENCE = 10_000

/** Thrown where accounts cannot be asked for at all. */
export class NoAccounts extends Error {}

/**
 * Users and groups of this machine, wherever it keeps them (files, LDAP): getent(1) is asked, as this process cannot. What it
 * answers is kept for a minute.
 */
export class Accounts {
  readonly #known = new Map<string, { readonly at: number; readonly fields: Promise<string[] | undefined> }>()

  /**
   * Undefined where there is no such user.
   * @throws {NoAccounts}
   */
  async user(name: string): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
    const fields = await this.#entry('passwd', name)
    return fields === undefined ? undefined : { uid: Number(fields[2]), gid: Number(fields[3]) }
  }

  /**
   * Undefined where there is no such group.
   * @throws {NoAccounts}
   */
  async group(name: string): Promise<number | undefined> {
    const fields = await this.#entry('group', name)
    return fields === undefined ? undefined : Number(fields[2])
  }

  #entry(database: 'passwd' | 'group', name: string): Promise<string[] | undefined> {
    const key = `${database} ${name}`
    const kept = this.#known.get(key)
    if (kept !== undefined && performance.now() - kept.at < FRESH) return kept.fields
    if (this.#known.size >= MOST_KEPT) this.#known.clear()
    const fields = entry(database, name)
    this.#known.set(key, { at: performance.now(), fields })
    // What could not be asked now may be asked again.
    fields.catch(() => this.#known.delete(key))
    return fields
  }
}

async function entry(database: 'passwd' | 'group', name: string): Promise<string[] | undefined> {
  const getent = await toolAt('getent')
  if (getent === undefined) throw new NoAccounts('needs getent, which is not found')
  try {
    const { stdout } = await promisify(execFile)(getent, [database, name], { timeout: PATIENCE, env: {} })
    const fields = stdout.split('\n')[0]!.split(':')
    return fields.length >= 3 ? fields : undefined
  } catch (error) {
    // getent(1): 2 says that there is no such key.
    if ((error as { code?: unknown }).code === 2) return undefined
    throw new NoAccounts(`getent failed: ${(error as Error).message.trim()}`, { cause: error })
  }
}
