import { expect } from 'chai'
import * as fc from 'fast-check'
import { isSecretName } from '../../../../src/animators/fanout/rules/secret-names.ts'
import {
  hiddenNames,
  shownReference,
  queryOf,
  secretParameter,
  targetIn,
  Targets,
  withHidden,
  withQuery,
  type Target,
} from '../../../../src/animators/fanout/rules/urls.ts'

function target(text: string, base?: string): Target {
  const found = targetIn(text, base)
  if (typeof found === 'string') throw new Error(found)
  return found
}

describe('A URL of a request', () => {
  it('is taken apart into where it leads, what is sent, and what is shown', () => {
    expect(target('HTTPS://BMC.example:443/a/../b?x=1#part')).to.deep.equal({
      origin: 'https://bmc.example',
      path: '/b?x=1',
      shown: 'https://bmc.example/b?x=1',
      authorization: undefined,
    })
    expect(target('http://bmc.example')).to.include({ path: '/', shown: 'http://bmc.example/' })
  })

  it('gives its user and password as Basic credentials, and never shows them', () => {
    const { authorization, shown, origin } = target('http://r%C3%B6t:a%3Ab%40c@bmc.example/x')
    expect(Buffer.from(authorization!.replace('Basic ', ''), 'base64').toString()).to.equal('röt:a:b@c')
    expect([shown, origin]).to.deep.equal(['http://bmc.example/x', 'http://bmc.example'])
    expect(target('http://user@bmc.example/').authorization).to.equal(`Basic ${btoa('user:')}`)
    expect(target('http://a%ff:b@bmc.example/').authorization).to.equal(`Basic ${btoa('a%ff:b')}`)
  })

  it('shows no value of a secret parameter', () => {
    const text = 'http://x/?page=2&access_token=hush&API-Key=hush&%74oken=hush&password=&sig&apiKey=a=b#hush'
    expect(target(text)).to.include({
      shown:
        'http://x/?page=2&access_token=[redacted]&API-Key=[redacted]&%74oken=[redacted]&password=[redacted]' +
        '&sig=[redacted]&apiKey=[redacted]',
      path: '/?page=2&access_token=hush&API-Key=hush&%74oken=hush&password=&sig&apiKey=a=b',
    })
  })

  it('is refused when it cannot be asked', () => {
    for (const [text, expected] of [
      ['/path', 'an absolute URL'],
      ['http://', 'an absolute URL'],
      ['http://[::1', 'an absolute URL'],
      ['http://a b/', 'an absolute URL'],
      ['ftp://x/', 'a URL of http: or https:'],
      ['file:///etc/passwd', 'a URL of http: or https:'],
      ['javascript:alert(1)', 'a URL of http: or https:'],
      [`http://x/${'a'.repeat(9000)}`, 'a URL of at most 8192 characters'],
    ])
      expect(targetIn(text!), text).to.equal(expected)
  })

  it('holds on to no password, whatever the URL', () => {
    const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(part, part, part, (user, password, path) => {
        const found = target(
          `http://${encodeURIComponent(user)}:hush${encodeURIComponent(password)}@x.example/${path}`,
        )
        expect(found.shown).not.to.contain(`hush${encodeURIComponent(password)}@`)
        expect(found.origin).to.equal('http://x.example')
        expect(Buffer.from(found.authorization!.slice(6), 'base64').toString()).to.equal(
          `${user}:hush${password}`,
        )
      }),
    )
  })

  it('tells the first secret parameter that it has', () => {
    expect(secretParameter('http://x/?a=1&client_secret=hush')).to.equal('client_secret')
    expect(secretParameter('http://x/?a=1&sort_key=name')).to.equal(undefined)
  })
})

describe('Parameters that are added to a URL', () => {
  it('are encoded as they are sent, and hidden where they are shown', () => {
    const { sent, shown } = queryOf({ 'a b': 'x&y=ö+', q: '' })
    expect(sent).to.equal('a%20b=x%26y%3D%C3%B6%2B&q=')
    expect(shown).to.equal('a%20b=[redacted]&q=[redacted]')
    expect(Object.fromEntries(new URLSearchParams(sent))).to.deep.equal({ 'a b': 'x&y=ö+', q: '' })
  })

  it('come after those that are there', () => {
    const joined = ['/', '/?', '/?a=1', '/?a=1&'].map((path) => withQuery(path, 'b=2'))
    expect(joined).to.deep.equal(['/?b=2', '/?b=2', '/?a=1&b=2', '/?a=1&b=2'])
    expect(withQuery('/x', '')).to.equal('/x')
  })

  it('stay hidden when their names come back in another URL', () => {
    const shown = `http://x/?a=1&${queryOf({ 'my id': 'hush' }).shown}`
    expect(hiddenNames(shown)).to.deep.equal(['my id'])
    expect(withHidden('http://y/?my%20id=hush&b=2&my+id=hush', hiddenNames(shown))).to.equal(
      'http://y/?my%20id=[redacted]&b=2&my+id=[redacted]',
    )
  })
})

describe('The name of a parameter or header', () => {
  it('tells that it holds a secret by its words', () => {
    for (const name of [
      ...[
        'token',
        'access_token',
        'accessToken',
        'X-Auth-Token',
        'api_key',
        'apikey',
        'apiKey',
        'API-KEY',
        'key',
      ],
      ...[
        'X-Api-Key',
        'X-Amz-Signature',
        'X-Amz-Credential',
        'sig',
        'client_secret',
        'passWord',
        'session_id',
      ],
      ...['Ocp-Apim-Subscription-Key', 'x-functions-key', 'private-token', 'Authorization', 'jwt', 'auth'],
    ])
      expect(isSecretName(name), name).to.equal(true)
  })

  it('does not by parts of words', () => {
    for (const name of [
      ...[
        'tokenize',
        'keyword',
        'sort_key',
        'primary-key',
        'monkey',
        'design',
        'author',
        'secretary',
        'page',
        '',
      ],
      ...[
        'Accept',
        'Content-Type',
        'User-Agent',
        'X-Request-Id',
        'Idempotency-Key',
        'keys',
        'compass',
        'signal',
      ],
    ])
      expect(isSecretName(name), name).to.equal(false)
  })
})

describe('A URL in a response', () => {
  it('is shown without user, password and the values of secret parameters, whatever its form', () => {
    const shown = (text: string) => shownReference(text, ['pin'])
    expect(shown('/next?page=2#top')).to.equal('/next?page=2#top')
    expect(shown('https://u:hush@a.example/x?token=hush&page=2')).to.equal(
      'https://a.example/x?token=[redacted]&page=2',
    )
    expect(shown('//hush@a.example?pin=hush')).to.equal('//a.example?pin=[redacted]')
    expect(shown('?pin=hush#access_token=hush&state=1')).to.equal(
      '?pin=[redacted]#access_token=[redacted]&state=1',
    )
    expect(shown('')).to.equal('')
  })
})

describe('The URLs of a list', () => {
  const ORIGINS = [
    'http://bmc.example',
    'https://10.0.0.1:8443',
    'HTTP://Bmc.example',
    'http://u:p@bmc.example',
  ]
  const part = fc.constantFrom(
    '/',
    '//',
    '.',
    '..',
    '%2e',
    'a',
    '-',
    '_',
    '~',
    ' ',
    '?',
    'key=',
    '#',
    '\\',
    'é',
    ':',
    '@',
  )
  const path = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''))
  const url = fc.tuple(fc.constantFrom(...ORIGINS), path).map(([origin, rest]) => `${origin}/${rest}`)

  it('are read as each would be by itself, whatever came before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(url, fc.constantFrom(...ORIGINS), fc.string()), { maxLength: 20 }),
        (texts) => {
          const targets = new Targets()
          for (const origin of ORIGINS) targets.read(`${origin}/`)
          for (const text of texts) expect(targets.read(text), text).to.deep.equal(targetIn(text))
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
