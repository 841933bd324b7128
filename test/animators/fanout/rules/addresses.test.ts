import { expect } from 'chai'
import * as fc from 'fast-check'
import { BlockList, isIP } from 'node:net'
import { addressIn, addressText } from '../../../../src/animators/fanout/rules/addresses.ts'
import { carriedBy } from '../../../../src/animators/fanout/rules/carriers.ts'
import { rangeIn, Ranges } from '../../../../src/animators/fanout/rules/ranges.ts'

const FAMILY = { 4: 'ipv4', 6: 'ipv6' } as const

const ipv4 = fc.oneof(
  fc.ipV4(),
  fc.constantFrom('0.0.0.0', '255.255.255.255', '10.0.0.0', '10.255.255.255', '127.0.0.1'),
)
const ipv6 = fc.oneof(
  fc.ipV6(),
  fc.constantFrom('::', '::1', '1::', 'fe80::1', 'ffff::ffff', '::ffff:10.0.0.1'),
)
const addresses = fc.oneof(ipv4, ipv6)

describe('An address', () => {
  it('is the same however it is written', () => {
    for (const [text, ...others] of [
      ['fd00::1', 'FD00:0:0:0:0:0:0:1', 'fd00:0::0:1', '[fd00::1]', 'fd00::0.0.0.1'],
      ['10.0.0.1', '::ffff:10.0.0.1', '::FFFF:a00:1', '0:0:0:0:0:ffff:a00:1'],
      ['fe80::1', 'fe80::1%eth0', '[fe80::1%25eth0]'],
    ])
      for (const other of others) expect(addressIn(other), other).to.deep.equal(addressIn(text!))
  })

  it('is no name', () => {
    for (const text of ['', 'bmc', '10.0.0', '10.0.0.256', '010.0.0.1', '1:2', ':::', '[10.0.0.1', '::1::'])
      expect(addressIn(text), text).to.equal(undefined)
  })

  it('is what its own text says', () => {
    fc.assert(
      fc.property(addresses, (text) => {
        const address = addressIn(text)!
        expect(address).to.have.length(8)
        expect(addressIn(addressText(address))).to.deep.equal(address)
      }),
    )
  })
})

describe('A range of addresses', () => {
  it('has the addresses that the list of Node says, mapped ones among them', () => {
    const bits = fc.nat(32)
    const whole = fc.oneof(
      fc.tuple(ipv4, bits).map(([address, n]) => [address, n] as const),
      fc.tuple(ipv6, fc.nat(128)).map(([address, n]) => [address, n] as const),
    )
    fc.assert(
      fc.property(whole, addresses, fc.boolean(), ([first, n], other, near) => {
        // Two addresses of all there are hardly ever share a range: half of the time one is made of the other.
        const text = near && isIP(first) === isIP(other) ? spliced(first, other) : other
        // To Node, IPv4 addresses are part of wide IPv6 ranges; here nobody means them by those.
        fc.pre(!(isIP(first) === 6 && addressText(addressIn(text)!).includes('.')))
        fc.pre(!addressText(addressIn(first)!).includes('.') || isIP(first) === 4)
        const list = new BlockList()
        list.addSubnet(first, n, FAMILY[isIP(first) as 4 | 6])
        const range = rangeIn(`${first}/${n}`)!
        expect(range.has(addressIn(text)!)).to.equal(list.check(text, FAMILY[isIP(text) as 4 | 6]))
      }),
      { numRuns: 1_000 },
    )
  })

  it('has no IPv4 address because it has all of IPv6', () => {
    expect(rangeIn('::/0')!.has(addressIn('10.0.0.1')!)).to.equal(false)
    expect(rangeIn('::/0')!.has(addressIn('fd00::1')!)).to.equal(true)
    expect(rangeIn('0.0.0.0/0')!.has(addressIn('::ffff:10.0.0.1')!)).to.equal(true)
    expect(rangeIn('::ffff:0:0/96')!.has(addressIn('10.0.0.1')!)).to.equal(true)
    expect(rangeIn('0.0.0.0/0')!.has(addressIn('::1')!)).to.equal(false)
  })

  it('is not read from anything else', () => {
    for (const text of [
      '10.0.0.0/33',
      '10.0.0.0/',
      '10.0.0.0/8/8',
      '10.0.0.0/-1',
      '10/8',
      'fd00::/129',
      'x/8',
    ])
      expect(rangeIn(text), text).to.equal(undefined)
  })

  it('covers those that lie in it', () => {
    expect(rangeIn('169.254.0.0/16')!.covers(rangeIn('169.254.1.0/24')!)).to.equal(true)
    expect(rangeIn('169.254.0.0/16')!.covers(rangeIn('::ffff:169.254.1.1')!)).to.equal(true)
    expect(rangeIn('169.254.0.0/16')!.covers(rangeIn('169.0.0.0/8')!)).to.equal(false)
  })

  it('is found among many, single addresses too', () => {
    const ranges = new Ranges(['10.0.0.0/8', '192.0.2.1', 'fd00::1'].map((text) => rangeIn(text)!))
    const has = (text: string) => ranges.has(addressIn(text)!)
    expect(['10.1.1.1', '192.0.2.1', '::ffff:192.0.2.1', 'fd00:0::1'].every(has)).to.equal(true)
    expect(['11.1.1.1', '192.0.2.2', 'fd00::2'].some(has)).to.equal(false)
  })
})

describe('An IPv6 address that stands for an IPv4 one', () => {
  const carried = (text: string) => carriedBy(addressIn(text)!).map(addressText)

  it('is seen through in all known forms', () => {
    for (const text of [
      '::169.254.169.254', // IPv4-compatible
      '::ffff:0:169.254.169.254', // IPv4-translated
      '64:ff9b::169.254.169.254', // NAT64
      '64:ff9b:1::169.254.169.254', // NAT64 of a network's own, by the length of its prefix
      '64:ff9b:1:a9fe:a9:fe00::',
      '64:ff9b:1:a9:fe:a9fe::',
      '64:ff9b:1:0:a9:fea9:fe00::',
      '2002:a9fe:a9fe::1', // 6to4
      '2001:0:a9fe:a9fe::', // Teredo: the server
      '2001::5601:5601', // Teredo: the client
    ])
      expect(carried(text), text).to.include('169.254.169.254')
  })

  it('is not taken for one by others', () => {
    for (const text of [
      '::1',
      '::',
      'fd00::a9fe:a9fe',
      '2003:a9fe:a9fe::',
      '10.0.0.1',
      '64:ff9b:2::a9fe:a9fe',
    ])
      expect(carried(text), text).to.deep.equal([])
  })
})

/** The first half of one address and the second of another. */
function spliced(first: string, second: string): string {
  const [a, b] = [addressIn(first)!, addressIn(second)!]
  return addressText([...a.slice(0, 7), b[7]!])
}
