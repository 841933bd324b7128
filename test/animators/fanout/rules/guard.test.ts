import { expect } from 'chai'
import * as fc from 'fast-check'
import { Guard, type GuardOptions } from '../../../../src/animators/fanout/rules/guard.ts'
import { thrown } from '../../../core/thrown.ts'

/** What the guard says about a URL, by what Node makes of it. */
function said(options: GuardOptions, text: string): string | undefined {
  const { protocol, hostname, port } = new URL(text)
  return new Guard(options).target(
    protocol,
    hostname,
    port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  )
}

function passes(options: GuardOptions, text: string): boolean {
  return said(options, text) === undefined
}

describe('The guard', () => {
  it('lets requests go anywhere ordinary when anything is allowed', () => {
    for (const url of [
      'http://bmc.example/',
      'https://10.0.0.1:8443/',
      'http://127.0.0.1/',
      'http://[fd00::1]/',
    ])
      for (const options of [{}, { allow: 'any' }, { allow: ['any'] }] as const)
        expect(passes(options, url), url).to.equal(true)
  })

  it('names what it refuses, and nothing else of the URL', () => {
    expect(said({ allow: [] }, 'https://user:hush@bmc.example:8443/path?token=hush')).to.equal(
      'bmc.example is not among what the host allows',
    )
  })

  it('allows hosts at any port, and origins at theirs', () => {
    const allow = [
      'bmc.example',
      'https://web.example:8443',
      'http://plain.example',
      'https://[fd00::1]',
      'https://*.lab.example',
    ]
    for (const url of [
      ...[
        'http://bmc.example/',
        'https://BMC.example.:9000/',
        'https://web.example:8443/',
        'http://plain.example:80/',
      ],
      ...['https://[FD00:0::1]/', 'https://a.lab.example/'],
    ])
      expect(passes({ allow }, url), url).to.equal(true)
    for (const url of [
      ...[
        'http://x.bmc.example/',
        'http://bmc.example.org/',
        'http://web.example:8443/',
        'https://web.example/',
      ],
      ...[
        'https://plain.example/',
        'http://[fd00::1]/',
        'http://a.lab.example/',
        'https://a.lab.example:8443/',
      ],
    ])
      expect(passes({ allow }, url), url).to.equal(false)
  })

  it('allows patterns on the borders of labels', () => {
    const allow = ['*.bmc.example', 'node-*.example', 'x*y.example']
    for (const host of [
      'a.bmc.example',
      'a.b.bmc.example',
      'NODE-17.example.',
      'node-.example',
      'xy.example',
    ])
      expect(passes({ allow }, `http://${host}/`), host).to.equal(true)
    for (const host of [
      ...[
        'bmc.example',
        'abmc.example',
        'a.bmc.example.org',
        'node-1.a.example',
        'a.node-1.example',
        'x.y.example',
      ],
      ...['a.bmcxexample', 'a.bmc.example.evil.org'],
    ])
      expect(passes({ allow }, `http://${host}/`), host).to.equal(false)
  })

  it('compares international names as they are asked for', () => {
    for (const allow of [['bücher.example'], ['xn--bcher-kva.example'], ['BÜCHER.example.']])
      expect(passes({ allow }, 'http://bücher.example/'), allow[0]).to.equal(true)
    expect(passes({ allow: ['*.bücher.example'] }, 'http://a.xn--bcher-kva.example/')).to.equal(true)
  })

  it('allows addresses by range, in whatever form the URL has them', () => {
    const allow = ['127.0.0.0/8', 'fd00::/8', '192.0.2.7']
    for (const url of [
      ...[
        'http://127.0.0.1/',
        'http://2130706433/',
        'http://0x7f.1/',
        'http://017700000001/',
        'http://127.1/',
      ],
      ...['http://[::ffff:127.0.0.1]/', 'http://[fd12::1]/', 'http://192.0.2.7/', 'http://①②⑦.0.0.1/'],
    ])
      expect(passes({ allow }, url), url).to.equal(true)
    for (const url of [
      'http://128.0.0.1/',
      'http://2147483649/',
      'http://[fe00::1]/',
      'http://192.0.2.8/',
      'http://[::1]/',
    ])
      expect(passes({ allow }, url), url).to.equal(false)
  })

  it('leaves names to the lookup when their address could be allowed', () => {
    expect(passes({ allow: ['10.0.0.0/8'] }, 'http://bmc.example/')).to.equal(true)
    expect(passes({ allow: ['other.example'] }, 'http://bmc.example/')).to.equal(false)
  })

  it('lets no name pass by its address where it is not the one that finds it, as behind a proxy', () => {
    const options = { allow: ['10.0.0.0/8', '*.bmc.example'], resolves: false }
    expect(passes(options, 'http://web.example/')).to.equal(false)
    expect(passes(options, 'http://a.bmc.example/')).to.equal(true)
    expect(passes(options, 'http://10.0.0.1/')).to.equal(true)
    expect(passes({ allow: 'any', resolves: false }, 'http://web.example/')).to.equal(true)
  })

  it('refuses what is forbidden, though it is allowed', () => {
    const forbid = ['*.secret.example', '10.9.0.0/16', 'http://half.example', 'http://192.0.2.1:8080']
    for (const url of [
      ...[
        'http://a.secret.example/',
        'http://10.9.1.1/',
        'http://[::ffff:10.9.1.1]/',
        'http://[64:ff9b::a09:101]/',
      ],
      ...['http://half.example/', 'http://192.0.2.1:8080/', 'http://[::ffff:192.0.2.1]:8080/'],
    ]) {
      expect(passes({ allow: 'any', forbid }, url), url).to.equal(false)
      expect(passes({ allow: ['*.secret.example', '10.0.0.0/8'], forbid }, url), url).to.equal(false)
    }
    for (const url of [
      'http://secret.example/',
      'http://10.8.1.1/',
      'https://half.example/',
      'http://192.0.2.1/',
    ])
      expect(passes({ allow: 'any', forbid }, url), url).to.equal(true)
  })

  it('refuses link-local, metadata, unspecified, multicast and broadcast addresses, in every form', () => {
    for (const host of [
      ...['169.254.169.254', '169.254.0.1', '100.100.100.200', '168.63.129.16', '0.0.0.0', '0.1.2.3', '0'],
      ...[
        '224.0.0.1',
        '239.255.255.255',
        '255.255.255.255',
        '2852039166',
        '0xa9.0xfea9fe',
        '0251.0376.0251.0376',
      ],
      ...[
        '[::ffff:169.254.169.254]',
        '[::ffff:a9fe:a9fe]',
        '[::169.254.169.254]',
        '[64:ff9b::169.254.169.254]',
      ],
      ...['[64:ff9b:1::169.254.169.254]', '[2002:a9fe:a9fe::]', '[2001::5601:5601]', '[2001:0:a9fe:a9fe::]'],
      ...[
        '[fe80::1]',
        '[febf::1]',
        '[fd00:ec2::254]',
        '[fd20:ce::254]',
        '[fd00:c1::a9fe:a9fe]',
        '[::]',
        '[ff02::1]',
      ],
      ...['metadata.google.internal', 'METADATA.google.internal.', 'metadata'],
    ]) {
      for (const allow of ['any', ['0.0.0.0/0', '::/0', '*.internal', 'any']] as const)
        expect(said({ allow }, `http://${host}/`), host).to.be.a('string')
    }
  })

  it('says why an unwanted address is refused', () => {
    expect(said({}, 'http://169.254.169.254/')).to.equal(
      '169.254.169.254 is a cloud metadata address, and has to be allowed by itself',
    )
    expect(said({}, 'http://[64:ff9b::a9fe:101]/')).to.equal(
      '64:ff9b::a9fe:101 stands for 169.254.1.1, which is a link-local address, and has to be allowed by itself',
    )
  })

  it('lets an unwanted address pass when it is allowed by itself', () => {
    const allow = ['169.254.169.254', '169.254.8.0/24', 'fe80::/10', 'metadata.google.internal']
    for (const host of [
      '169.254.169.254',
      '169.254.8.1',
      '[fe80::1]',
      '[::ffff:169.254.8.1]',
      'metadata.google.internal',
    ])
      expect(passes({ allow }, `http://${host}/`), host).to.equal(true)
    expect(passes({ allow }, 'http://169.254.9.1/')).to.equal(false)
    expect(passes({ allow: ['any', '169.254.8.0/24'] }, 'http://169.254.8.1/')).to.equal(true)
    expect(passes({ allow, forbid: ['169.254.169.254'] }, 'http://169.254.169.254/')).to.equal(false)
  })

  it('gives out sockets only by name', () => {
    const guard = new Guard({ allow: ['any', 'unix:/run/x.sock'], forbid: ['unix:/run/y.sock'] })
    expect(guard.socket('/run/x.sock')).to.equal(undefined)
    expect(guard.socket('/run/../run/./x.sock')).to.equal(undefined)
    expect(guard.socket('/run/docker.sock')).to.equal(
      'unix:/run/docker.sock is not among what the host allows',
    )
    expect(new Guard({ forbid: ['unix:/run/y.sock'] }).socket('/run/docker.sock')).to.equal(undefined)
    expect(new Guard({ forbid: ['unix:/run/y.sock'] }).socket('/run//y.sock')).to.equal(
      'unix:/run//y.sock is forbidden by the host',
    )
  })

  it('refuses options of no form that it knows, naming the entry', () => {
    for (const text of [
      ...[
        '',
        '*',
        '*.*',
        'bmc.example:443',
        'https://bmc.example/path',
        'https://u:p@bmc.example',
        'ftp://x',
        'a b',
      ],
      ...['10.0.0.0/33', 'unix:x.sock', 'https://', 'https://x:99999', 'https://fd00::1', 'x/y', '999.1.1.1'],
    ])
      expect(
        thrown(() => new Guard({ allow: ['ok.example', text] })),
        text,
      ).to.satisfy(
        ({ code, message }: { code: string; message: string }) =>
          code === 'invalid-option' && message.startsWith('expected "fanout.allow[1]" to be an origin'),
      )
    expect(thrown(() => new Guard({ allow: 'all' as never }))).to.include({ code: 'invalid-option' })
    expect(thrown(() => new Guard({ forbid: ['any'] }))).to.include({ code: 'invalid-option' })
    expect(thrown(() => new Guard({ lookup: 'dns' as never }))).to.include({ code: 'invalid-option' })
  })

  it('says of any IPv4 address what a simple count says, in any way of writing it', () => {
    const number = fc.oneof(
      fc.nat(0xff_ff_ff_ff),
      fc.nat(0xffff).map((low) => 0x0a_01_00_00 + low),
      fc.nat(0xffff).map((low) => 0xa9_fe_00_00 + low),
    )
    const options = { allow: ['10.0.0.0/8', '169.254.7.0/24', '192.0.2.0/24'], forbid: ['10.1.128.0/17'] }
    const guard = new Guard(options)
    fc.assert(
      fc.property(number, fc.nat(6), (n, form) => {
        const { hostname } = new URL(`http://${written(n, form)}/`)
        expect(guard.target('http:', hostname, 80) === undefined, `${hostname} ${n}`).to.equal(model(n))
      }),
      { numRuns: 2_000 },
    )
  })
})

function model(n: number): boolean {
  const between = (first: number, last: number) => n >= first && n <= last
  if (between(0x0a_01_80_00, 0x0a_01_ff_ff)) return false
  return (
    between(0x0a_00_00_00, 0x0a_ff_ff_ff) ||
    between(0xa9_fe_07_00, 0xa9_fe_07_ff) ||
    between(0xc0_00_02_00, 0xc0_00_02_ff)
  )
}

function written(n: number, form: number): string {
  const bytes = [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]
  const hex = `${((n >>> 16) & 0xffff).toString(16)}:${(n & 0xffff).toString(16)}`
  const forms = [
    bytes.join('.'),
    String(n),
    `0x${n.toString(16)}`,
    bytes.map((byte) => `0${byte.toString(8)}`).join('.'),
    `${bytes[0]}.${n & 0xff_ff_ff}`,
    `[::ffff:${bytes.join('.')}]`,
    `[0:0::FFFF:${hex}]`,
  ]
  return forms[form]!
}
