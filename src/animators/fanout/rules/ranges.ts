import { isIP } from 'node:net'
import { addressIn, isIPv4, type Address } from './addresses.ts'

/** Addresses that begin with the same bits (CIDR, RFC 4632). An IPv6 range has no IPv4 addresses. */
export class Range {
  readonly #first: Address
  /** Of 128. */
  readonly #bits: number
  readonly #ipv4: boolean

  constructor(first: Address, bits: number) {
    this.#first = first
    this.#bits = bits
    this.#ipv4 = bits >= 96 && isIPv4(first)
  }

  /** The one address, where it is only one. */
  get single(): Address | undefined {
    return this.#bits === 128 ? this.#first : undefined
  }

  has(address: Address): boolean {
    if (!this.#ipv4 && isIPv4(address)) return false
    const whole = this.#bits >> 4
    for (let i = 0; i < whole; i++) if (this.#first[i] !== address[i]) return false
    const rest = this.#bits & 15
    return rest === 0 || (this.#first[whole]! ^ address[whole]!) >> (16 - rest) === 0
  }

  /** Whether all of another range is in this one. */
  covers(other: Range): boolean {
    return other.#bits >= this.#bits && this.has(other.#first)
  }
}

/** `10.0.0.0/8`, `fd00::/8`, or a single address; undefined for any other text. */
export function rangeIn(text: string): Range | undefined {
  const [first, bits, ...more] = text.split('/')
  const address = addressIn(first!)
  if (address === undefined || more.length > 0) return undefined
  if (bits === undefined) return new Range(address, 128)
  const most = isIP(first!) === 4 ? 32 : 128
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > most) return undefined
  return new Range(address, Number(bits) + 128 - most)
}

/** Many ranges; single addresses, of which an allow list may have thousands, are found at once. */
export class Ranges {
  readonly #singles = new Set<string>()
  readonly #wide: Range[] = []

  constructor(ranges: readonly Range[]) {
    for (const range of ranges) {
      if (range.single === undefined) this.#wide.push(range)
      else this.#singles.add(range.single.join())
    }
  }

  get empty(): boolean {
    return this.#singles.size === 0 && this.#wide.length === 0
  }

  has(address: Address): boolean {
    return (
      (this.#singles.size > 0 && this.#singles.has(address.join())) ||
      this.#wide.some((range) => range.has(address))
    )
  }
}
