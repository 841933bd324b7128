import type { Address } from './addresses.ts'
import { rangeIn, type Range } from './ranges.ts'

/** Where no request has any business, and what a stolen request would be after: refused unless allowed by name. */
const KINDS: readonly (readonly [kind: string, ...texts: string[]])[] = [
  [
    'a cloud metadata address',
    '169.254.169.254', // most clouds
    'fd00:ec2::254', // AWS
    'fd20:ce::254', // Google Cloud
    'fd00:c1::a9fe:a9fe', // Oracle Cloud
    '100.100.100.200', // Alibaba Cloud
    '168.63.129.16', // Azure
    '192.0.0.192', // Oracle Cloud, before
  ],
  ['a link-local address', '169.254.0.0/16', 'fe80::/10'],
  ['an unspecified address', '0.0.0.0/8', '::'],
  ['a multicast address', '224.0.0.0/4', 'ff00::/8'],
  ['the broadcast address', '255.255.255.255'],
]

interface Unwanted {
  readonly kind: string
  readonly range: Range
}

const UNWANTED: readonly Unwanted[] = KINDS.flatMap(([kind, ...texts]) =>
  texts.map((text) => ({ kind, range: rangeIn(text)! })),
)

const NAMES = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
  'metadata.tencentyun.com',
])

/** What kind of unwanted address it is, such as `a link-local address`; undefined for an ordinary one. */
export function unwantedKind(address: Address): string | undefined {
  return UNWANTED.find(({ range }) => range.has(address))?.kind
}

/** Whether a range lies within unwanted ones, so that whoever allows it must mean it. */
export function liesInUnwanted(range: Range): boolean {
  return UNWANTED.some((unwanted) => unwanted.range.covers(range))
}

/** Names under which clouds tell a machine its secrets; in lower case, without a dot at the end. */
export function isMetadataName(hostname: string): boolean {
  return NAMES.has(hostname)
}
