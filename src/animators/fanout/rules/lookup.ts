import type { LookupAddress, LookupOptions } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { addressIn, type Address } from './addresses.ts'
import { ForbiddenTarget } from './forbidden-target.ts'

/** Why an address may not be asked for a name; undefined where it may. */
export type Refusal = (hostname: string, address: Address) => string | undefined

type Answer = (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void

/** Makes lookups that leave out the addresses that are refused, and that share their questions. */
export function guardedLookup(lookup: LookupFunction): (refusal: Refusal) => LookupFunction {
  const questions = new Questions(lookup)
  return (refusal) => (hostname, options, callback) => {
    questions.ask(hostname, options, (error, addresses) => {
      if (error !== null) {
        callback(error, [])
        return
      }
      const refusals: string[] = []
      const left = addresses.filter(({ address }) => {
        const parsed = addressIn(address)
        const refused = parsed === undefined ? `${address} is no address` : refusal(hostname, parsed)
        if (refused !== undefined) refusals.push(refused)
        return refused === undefined
      })
      const [first] = left
      if (first === undefined)
        callback(new ForbiddenTarget(`${hostname} has no address to go to: ${refusals.join('; ')}`), [])
      else if (options.all === true) callback(null, left)
      else callback(null, first.address, first.family)
    })
  }
}

/** The same question, asked while it is under way, is not asked twice: thousands of requests may go to one name. */
class Questions {
  readonly #lookup: LookupFunction
  readonly #open = new Map<string, Answer[]>()

  constructor(lookup: LookupFunction) {
    this.#lookup = lookup
  }

  ask(hostname: string, options: LookupOptions, answer: Answer): void {
    const { family = 0, hints = 0, order = '', verbatim = '' } = options
    const key = `${family} ${hints} ${order} ${verbatim} ${hostname}`
    const waiting = this.#open.get(key)
    if (waiting !== undefined) {
      waiting.push(answer)
      return
    }
    this.#open.set(key, [answer])
    const settle = (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]): void => {
      const answers = this.#open.get(key) ?? []
      this.#open.delete(key)
      // In turns of their own, so that one that throws keeps no other from its answer.
      for (const each of answers) process.nextTick(each, error, addresses)
    }
    this.#put(hostname, options, settle)
  }

  #put(hostname: string, options: LookupOptions, settle: Answer): void {
    try {
      this.#lookup(hostname, { ...options, all: true }, (error, address) => {
        if (error) settle(error, [])
        else if (typeof address === 'string') settle(null, [{ address, family: isIP(address) }])
        else settle(null, address)
      })
    } catch (error) {
      settle(error as Error, [])
    }
  }
}
