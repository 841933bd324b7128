import { expect } from 'chai'
import {
  FanOut,
  fanOut,
  fanout,
  type FanOutCall,
  type FanOutOptions,
  type ListOptions,
} from '../../../../src/animators/fanout/index.ts'

describe('Options of a FanOut', () => {
  it('that it does not have are refused, because one left out by a slip may have been a limit', () => {
    expect(() => new FanOut({ alow: ['10.0.0.0/8'] } as FanOutOptions)).to.throw(/did you mean "allow"\?/)
    expect(() => new FanOut(null as unknown as FanOutOptions)).to.throw(/an object/)
  })

  it('are refused beside a FanOut that has its own', async () => {
    await using room = new FanOut()
    const first = (options: FanOutOptions & ListOptions) =>
      fanOut([], { with: room, ...options } as FanOutCall).next()
    // @ts-expect-error the types refuse it as well
    const typed: FanOutCall = { with: room, allow: ['10.0.0.0/8'] }
    expect(typed).to.have.property('allow')
    const error = await first({ allow: ['10.0.0.0/8'] }).catch((thrown: unknown) => thrown)
    expect(error).to.have.property('code', 'invalid-option')
    expect(error).to.have.property('message').that.includes('"allow"')
    expect(await first({ concurrency: 5 })).to.include({ done: true })
  })

  it('are told from slips also where they are given for one list', async () => {
    const failure = (options: unknown) =>
      fanOut([], options as FanOutCall)
        .next()
        .catch((thrown: unknown) => thrown)
    expect(await failure({ alow: [] }))
      .to.have.property('message')
      .that.includes('did you mean "allow"?')
    for (const options of [null, 'x', { with: null }, { with: {} }])
      expect(await failure(options), JSON.stringify(options)).to.have.property('code', 'invalid-option')
  })

  it('do not stand in place of requests', async () => {
    await using room = new FanOut()
    for (const requests of [undefined, null, {}, 5, 'https://ann:hush@bmc.example'])
      expect(() => room.launch(requests as never))
        .to.throw('expected "requests" to be an array')
        .that.has.property('code', 'invalid-option')
    expect(() => room.launch([], null as never)).to.throw('expected "options" to be an object')
  })

  it('tell at once what is wrong with a table of credentials, without showing any', () => {
    for (const [secrets, field] of [
      ['hush', 'secrets'],
      [new Map([['bmc', { token: 'hush' }]]), 'secrets'],
      [{ bmc: undefined }, 'secrets.bmc'],
      [{ good: { token: 'hush' }, bmc: { tokn: 'hush' } }, 'secrets.bmc.tokn'],
      [{ bmc: { username: 'hush', password: undefined } }, 'secrets.bmc.password'],
      [{ bmc: { token: 'hush', allow: ['http://hush@x'] } }, 'secrets.bmc.allow[0]'],
    ] as const)
      for (const make of [
        () => new FanOut({ secrets } as never),
        () => fanout({ allow: 'any', secrets } as never),
      ])
        expect(make, field).to.throw(`"${field}"`).with.property('message').that.does.not.include('hush')
  })

  it('never show the password of a proxy in an error', () => {
    const url = 'http://proxy.example:3128'
    for (const [proxy, text] of [
      ['socks5://user:hush@proxy.example', '"proxy" to be an http: or https: URL'],
      [null, '"proxy" to be a URL'],
      [5, '"proxy" to be a URL'],
      [[], '"proxy" to be a URL'],
      [{ url: 'hush' }, '"proxy.url" to be an http'],
      [{ token: 'hush' }, '"proxy.url" to be an http'],
      [{ url, tokn: 'hush' }, '"proxy.tokn" is not an option; did you mean "token"?'],
      [{ url, token: 'hush\n' }, '"proxy.token"'],
      [{ url, token: '' }, '"proxy.token"'],
      [{ url, token: undefined }, '"proxy.token"'],
      [{ url, token: { hush: 1 } }, '"proxy.token"'],
      [{ url: 'http://user:hush@proxy.example', token: 'hush' }, 'but not with both'],
      ['http://user:hush@proxy.example/pac', 'without path and query'],
      ['http://proxy.example/?token=hush', 'without path and query'],
      ['http://hush@proxy.example', 'both user and password'],
      ['http://user:%hush@proxy.example', 'percent-encoded'],
    ] as const)
      expect(() => new FanOut({ proxy } as never), text)
        .to.throw(text)
        .with.property('message')
        .that.does.not.match(/hush|got undefined/)
    expect(() => new FanOut({ proxy: { url: `${url}/`, token: 'Bearer hush' } })).not.to.throw()
  })
})
