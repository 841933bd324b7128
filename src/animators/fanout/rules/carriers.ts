import { byteOf, fromBytes, isIPv4, type Address } from './addresses.ts'
import { rangeIn } from './ranges.ts'

interface Carrier {
  readonly of: string
  /** Which of the sixteen bytes; more than one set where the form leaves it open. */
  readonly at: readonly (readonly number[])[]
  /** All bits are turned. */
  readonly turned?: true
}

/** Where an IPv6 address may hold the IPv4 address that traffic to it ends at. */
const CARRIERS: readonly Carrier[] = [
  // IPv4-compatible (RFC 4291, section 2.5.5.1), IPv4-translated (RFC 2765, section 2.1), NAT64 (RFC 6052)
  { of: '::/96', at: [[12, 13, 14, 15]] },
  { of: '::ffff:0:0:0/96', at: [[12, 13, 14, 15]] },
  { of: '64:ff9b::/96', at: [[12, 13, 14, 15]] },
  // NAT64 of a network's own (RFC 8215), whose prefix may have any of the lengths of RFC 6052, section 2.2
  {
    of: '64:ff9b:1::/48',
    at: [
      [12, 13, 14, 15],
      [9, 10, 11, 12],
      [7, 9, 10, 11],
      [6, 7, 9, 10],
    ],
  },
  // 6to4 (RFC 3056)
  { of: '2002::/16', at: [[2, 3, 4, 5]] },
  // Teredo (RFC 4380): the server, and the client with all bits turned
  { of: '2001::/32', at: [[4, 5, 6, 7]] },
  { of: '2001::/32', at: [[12, 13, 14, 15]], turned: true },
]
const CARRIER_RANGES = CARRIERS.map((carrier) => ({ ...carrier, range: rangeIn(carrier.of)! }))

/** The IPv4 addresses that an IPv6 address stands for, if any; those that cannot be a target left out. */
export function carriedBy(address: Address): Address[] {
  if (isIPv4(address)) return []
  return CARRIER_RANGES.filter(({ range }) => range.has(address)).flatMap(({ at, turned }) =>
    at
      .map((places) => places.map((place) => byteOf(address, place) ^ (turned === true ? 255 : 0)))
      // 0.0.0.0/8 means that there is none, as in `::1`.
      .filter(([first]) => first !== 0)
      .map(fromBytes),
  )
}
