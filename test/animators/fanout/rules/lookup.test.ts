import { expect } from 'chai'
import type { LookupAddress } from 'node:dns'
import { createServer, connect, type AddressInfo, type LookupFunction } from 'node:net'
import { once } from 'node:events'
import { Guard } from '../../../../src/animators/fanout/rules/guard.ts'

/** A lookup that answers from a list, and counts how often it is asked. */
function answering(...addresses: string[]): { lookup: LookupFunction; asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    lookup: (hostname, _, callback) => {
      asked.push(hostname)
      setImmediate(callback, null, addresses.map(withFamily))
    },
  }
}

function withFamily(address: string): LookupAddress {
  return { address, family: address.includes(':') ? 6 : 4 }
}

type Answer = readonly LookupAddress[] | NodeJS.ErrnoException

function asked(lookup: LookupFunction, hostname: string): Promise<Answer> {
  return new Promise((resolve) => {
    lookup(hostname, { all: true }, (error, addresses) => resolve(error ?? (addresses as LookupAddress[])))
  })
}

describe('The lookup of a guard', () => {
  it('hands out the addresses that are allowed, and no others', async () => {
    const { lookup } = answering('10.0.0.1', '169.254.169.254', '192.0.2.1', 'fd00::1', '::ffff:10.0.0.2')
    const guard = new Guard({ allow: ['10.0.0.0/8'], lookup })
    expect(await asked(guard.lookup, 'bmc.example')).to.deep.equal([
      { address: '10.0.0.1', family: 4 },
      { address: '::ffff:10.0.0.2', family: 6 },
    ])
  })

  it('hands out any ordinary address of a host that is allowed by name', async () => {
    const { lookup } = answering('192.0.2.1', '169.254.169.254')
    const guard = new Guard({ allow: ['*.example'], lookup })
    expect(await asked(guard.lookup, 'BMC.example.')).to.deep.equal([{ address: '192.0.2.1', family: 4 }])
  })

  it('fails as forbidden where no address is left, saying why', async () => {
    const { lookup } = answering('192.0.2.1', '169.254.169.254')
    const guard = new Guard({ allow: ['10.0.0.0/8'], lookup })
    expect(await asked(guard.lookup, 'bmc.example')).to.include({
      code: 'forbidden-target',
      message:
        'bmc.example has no address to go to: 192.0.2.1 is not among what the host allows; ' +
        '169.254.169.254 is a cloud metadata address, and has to be allowed by itself',
    })
  })

  it('takes an origin that is allowed by name for allowed at its own port only', async () => {
    const { lookup } = answering('192.0.2.1')
    const guard = new Guard({ allow: ['https://bmc.example:8443', '10.0.0.0/8'], lookup })
    expect(await asked(guard.lookupFor('https:', 'bmc.example', 8443), 'bmc.example')).to.have.length(1)
    expect(await asked(guard.lookupFor('https:', 'bmc.example', 443), 'bmc.example')).to.be.an('error')
  })

  it('asks once for a name that many ask for at the same time, and again later', async () => {
    const { lookup, asked: names } = answering('10.0.0.1')
    const guard = new Guard({ lookup })
    const all = Array.from({ length: 1000 }, (_, i) =>
      asked(guard.lookup, i % 2 === 0 ? 'a.example' : 'b.example'),
    )
    expect(await Promise.all(all)).to.have.length(1000)
    expect(names).to.deep.equal(['a.example', 'b.example'])
    await asked(guard.lookup, 'a.example')
    expect(names).to.have.length(3)
  })

  it('passes on that a name has no address, also when the lookup throws', async () => {
    const failing: LookupFunction = (_, __, callback) => {
      setImmediate(callback, Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), [])
    }
    const throwing: LookupFunction = () => {
      throw new Error('broken')
    }
    expect(await asked(new Guard({ lookup: failing }).lookup, 'x')).to.include({ code: 'ENOTFOUND' })
    expect(await asked(new Guard({ lookup: throwing }).lookup, 'x')).to.include({ message: 'broken' })
  })

  it('believes no answer that is not an address', async () => {
    expect(await asked(new Guard({ lookup: answering('evil.example').lookup }).lookup, 'x')).to.include({
      code: 'forbidden-target',
      message: 'x has no address to go to: evil.example is no address',
    })
  })

  it('connects sockets to what it checked, though the name changes its address between two questions', async () => {
    const server = createServer((socket) => socket.end('here'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const answers = ['127.0.0.1', '169.254.169.254']
    const rebinding: LookupFunction = (_, options, callback) => {
      const address = answers.shift()!
      if (options.all === true) callback(null, [withFamily(address)])
      else callback(null, address, 4)
    }
    const guard = new Guard({ allow: ['bmc.example'], lookup: rebinding })
    const outcome = async () => {
      const socket = connect({ host: 'bmc.example', port, lookup: guard.lookup })
      return Promise.race([
        once(socket, 'data').then(([data]) => String(data)),
        once(socket, 'error').then(([error]) => (error as { code: string }).code),
      ]).finally(() => socket.destroy())
    }
    try {
      expect(await outcome()).to.equal('here')
      expect(await outcome().catch((error: { code: string }) => error.code)).to.equal('forbidden-target')
    } finally {
      server.close()
    }
  })

  it('finds names of the system by default, and in the form that is asked for', async () => {
    const guard = new Guard({ allow: ['127.0.0.0/8', '::1'] })
    const one = await new Promise((resolve) => {
      guard.lookup('localhost', { family: 4 }, (error, address, family) => resolve([error, address, family]))
    })
    expect(one).to.deep.equal([null, '127.0.0.1', 4])
  })
})
