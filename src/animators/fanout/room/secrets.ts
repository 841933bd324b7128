import { MajordomoError, messageOf } from '../../../core/errors.ts'
import type { Logger } from '../../../core/logger.ts'
import type { Prepared } from '../prepared.ts'
import type { Credentials } from '../request.ts'
import type { ConnectionPolicies } from '../rules/connections.ts'
import { NamedCredentials } from '../rules/credentials.ts'

/** The host's credentials by name: a table, or a function that fetches them when a list runs. */
export type Secrets =
  | Readonly<Record<string, Credentials>>
  | ((name: string) => Credentials | undefined | Promise<Credentials | undefined>)

/** The credentials that one list names, each resolved once, before any request that needs them. */
export class ListSecrets {
  readonly #found = new Map<string, NamedCredentials | Error>()
  readonly #secrets: Secrets | undefined
  readonly #policies: ConnectionPolicies
  readonly #logger: Logger

  constructor(secrets: Secrets | undefined, policies: ConnectionPolicies, logger: Logger) {
    this.#secrets = secrets
    this.#policies = policies
    this.#logger = logger
  }

  async resolve(names: Iterable<string>): Promise<void> {
    await Promise.all([...new Set(names)].map(async (name) => this.#found.set(name, await this.#one(name))))
  }

  /** @throws where there are no credentials of the name that the request tells */
  applied(request: Prepared): Prepared {
    const found = this.#found.get(request.secret!)
    if (found === undefined || found instanceof Error) throw found ?? missing(request.secret!)
    return found.appliedTo(request)
  }

  /** What the host throws is its own affair: its message may tell of what nobody here should see. */
  async #one(name: string): Promise<NamedCredentials | Error> {
    let found: Credentials | undefined
    try {
      found = await lookedUp(this.#secrets, name)
    } catch (error) {
      const message = `the credentials "${name}" could not be had`
      return new MajordomoError('invalid-option', message, { cause: messageOf(error) })
    }
    if (found === undefined) return missing(name)
    try {
      return new NamedCredentials(found, `secrets.${name}`, this.#policies)
    } catch (error) {
      // What is wrong with them is for the host to know, and not for those who read items.
      this.#logger.warn('named credentials are not usable', { secret: name, reason: messageOf(error) })
      return new MajordomoError('invalid-option', `the service's credentials "${name}" are not usable`)
    }
  }
}

async function lookedUp(secrets: Secrets | undefined, name: string): Promise<Credentials | undefined> {
  if (typeof secrets === 'function') return secrets(name)
  return secrets !== undefined && Object.hasOwn(secrets, name) ? secrets[name] : undefined
}

function missing(name: string): Error {
  return new MajordomoError('invalid-option', `the service has no credentials of the name "${name}"`)
}
