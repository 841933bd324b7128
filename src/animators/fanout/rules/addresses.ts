import { isIP } from 'node:net'

/**
 * An IP address as eight groups of 16 bits. IPv4 stands in its mapped form (RFC 4291, section 2.5.5.2), so both ways
 * of writing it are the same address here, as they are to a socket.
 */
export type Address = readonly number[]

const DOT = 46
const ZERO = 48
const MAPPED = [0, 0, 0, 0, 0, 0xffff]

/** The address that a text is, without brackets and zone; undefined for a name. */
export function addressIn(text: string): Address | undefined {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  const family = isIP(bare)
  if (family === 0) return undefined
  if (family === 4) {
    const [high, low] = pairs(bare)
    return [0, 0, 0, 0, 0, 0xffff, high, low]
  }
  return groupsOf(bare.replace(/%.*$/, ''))
}

function pairs(ipv4: string): [number, number] {
  let bits = 0
  let byte = 0
  for (let i = 0; i < ipv4.length; i++) {
    const code = ipv4.charCodeAt(i)
    if (code === DOT) {
      bits = bits * 256 + byte
      byte = 0
    } else byte = byte * 10 + code - ZERO
  }
  bits = bits * 256 + byte
  return [Math.floor(bits / 65_536), bits % 65_536]
}

function groupsOf(ipv6: string): number[] {
  const [head, tail] = ipv6.split('::')
  const before = groups(head!)
  if (tail === undefined) return before
  const after = groups(tail)
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]
}

function groups(text: string): number[] {
  if (text === '') return []
  return text
    .split(':')
    .flatMap((group) => (group.includes('.') ? pairs(group) : [Number.parseInt(group, 16)]))
}

export function isIPv4([a, b, c, d, e, f]: Address): boolean {
  return f === 0xffff && a === 0 && b === 0 && c === 0 && d === 0 && e === 0
}

/** As people write it (RFC 5952): `10.0.0.1`, `fd00::1`. */
export function addressText(address: Address): string {
  if (!isIPv4(address)) {
    const groups = address.map((group) => group.toString(16)).join(':')
    return new URL(`http://[${groups}]/`).hostname.slice(1, -1)
  }
  const [high, low] = address.slice(6) as [number, number]
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
}

/** The address that an IPv4 address given as four bytes is. */
export function fromBytes([a, b, c, d]: readonly number[]): Address {
  return [...MAPPED, a! * 256 + b!, c! * 256 + d!]
}

/** One of its sixteen bytes. */
export function byteOf(address: Address, place: number): number {
  const group = address[place >> 1]!
  return place % 2 === 0 ? group >> 8 : group & 255
}
