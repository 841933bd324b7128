import { expect } from 'chai'
import * as fc from 'fast-check'
import { UrlTemplate } from '../../../../src/animators/fanout/task/template.ts'

function template(text: string): UrlTemplate {
  const found = UrlTemplate.of(text)
  if (typeof found === 'string') throw new Error(found)
  return found
}

const expanded = (text: string, values: Record<string, string>) => template(text).expanded(values)

describe('A URL template', () => {
  it('takes hosts, ports, and what goes into path and query', () => {
    expect(expanded('https://{target}/status', { target: 'bmc1.example' })).to.equal(
      'https://bmc1.example/status',
    )
    expect(expanded('http://{host}:{port}/x', { host: '10.0.0.1', port: '8443' })).to.equal(
      'http://10.0.0.1:8443/x',
    )
    expect(expanded('https://{target}/', { target: 'bmc1.example:8443' })).to.equal(
      'https://bmc1.example:8443/',
    )
    expect(expanded('https://{target}', { target: 'bücher.example' })).to.equal('https://bücher.example')
    expect(expanded('https://a/{x}/y?z={z}', { x: 'ä/b?c', z: "1&2='é'" })).to.equal(
      'https://a/%C3%A4%2Fb%3Fc/y?z=1%262%3D%27%C3%A9%27',
    )
  })

  it('puts addresses of IPv6 in brackets', () => {
    const urls = ['fd00::1', '[fd00::1]', '[fd00::1]:8443'].map((target) =>
      expanded('https://{target}/', { target }),
    )
    expect(urls).to.deep.equal(['https://[fd00::1]/', 'https://[fd00::1]/', 'https://[fd00::1]:8443/'])
  })

  it('knows its variables, each once', () => {
    expect(template('https://{host}:{port}/{host}/x').names).to.deep.equal(['host', 'port'])
  })

  it('takes nothing for a host that is none, so that a target leads nowhere else', () => {
    for (const target of [
      ...[
        'evil.example/x',
        'user@evil.example',
        'a?b',
        'a#b',
        String.raw`a\b`,
        'a b',
        '',
        'a:b',
        'a:1:2',
        'a%2fb',
        '[x]',
      ],
      ...['／evil', 'https://evil', '{x}', '\n', 'a:999999'],
    ])
      expect(expanded('https://{target}/status', { target }), target).to.deep.equal({
        name: 'target',
        message: 'must be what fits a host',
      })
  })

  it('lets no value lead out of its path', () => {
    for (const id of ['.', '..'])
      expect(expanded('https://a/x/{id}/y', { id })).to.have.property('message').that.contains('. or ..')
    expect(expanded('https://a/x/{a}{b}', { a: '.', b: '.' })).to.have.property('message')
    expect(expanded('https://a/x/{id}', { id: '%2e%2e' })).to.equal('https://a/x/%252e%252e')
    expect(expanded('https://a/x/{id}', { id: '...' })).to.equal('https://a/x/...')
    expect(expanded('https://a/x?y={id}', { id: '..' })).to.equal('https://a/x?y=..')
  })

  it('says which value is missing, or has no encoding', () => {
    expect(expanded('https://{host}/{id}', { host: 'a' })).to.deep.equal({
      name: 'id',
      message: 'is required, because source.url has it',
    })
    expect(expanded('https://{constructor}/', {})).to.include({ name: 'constructor' })
    expect(expanded('https://a/{id}', { id: '\ud800' })).to.include({ name: 'id' })
  })

  it('is refused when it is none', () => {
    for (const [text, message] of [
      ['https://a/x', 'has no variable such as {target}'],
      ['{scheme}://a/', 'must begin with http:// or https://'],
      ['/x/{id}', 'must begin with http:// or https://'],
      ['https://{+target}/', 'has braces that are no variable such as {target}'],
      ['https://{target}/{', 'has braces that are no variable such as {target}'],
      ['https://{}/', 'has braces that are no variable such as {target}'],
      ['https://{a,b}/', 'has braces that are no variable such as {target}'],
    ])
      expect(UrlTemplate.of(text!), text).to.equal(message)
  })

  it('keeps scheme, path and query as they are, whatever the values', () => {
    const values = fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.domain(), fc.ipV6(), fc.ipV4())
    fc.assert(
      fc.property(values, values, values, (host, id, q) => {
        const text = expanded('https://{host}/a/{id}/b?q={q}&r=1#f', { host, id, q })
        fc.pre(typeof text === 'string' && URL.canParse(text))
        const url = new URL(text)
        expect([url.protocol, url.username, url.password, url.hash]).to.deep.equal(['https:', '', '', '#f'])
        const [, a, middle, b, ...more] = url.pathname.split('/')
        expect([a, decodeURIComponent(middle!), b, more]).to.deep.equal(['a', id, 'b', []])
        expect([...url.searchParams]).to.deep.equal([
          ['q', q],
          ['r', '1'],
        ])
      }),
      { numRuns: 500 },
    )
  })
})
