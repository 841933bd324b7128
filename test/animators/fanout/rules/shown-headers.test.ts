import { expect } from 'chai'
import { shownHeaders } from '../../../../src/animators/fanout/rules/shown-headers.ts'

describe('Response headers that are kept', () => {
  const shown = (name: string, value: string | string[]) =>
    shownHeaders({ [name]: value }, [name], ['pin'])[name]!

  it('hide in the URLs that they hold what the URLs of an item hide', () => {
    for (const [name, value, expected] of [
      ['location', '/x?token=hush&a=b', '/x?token=[redacted]&a=b'],
      ['location', '/x?pin=hush', '/x?pin=[redacted]'],
      ['location', 'https://ann:hush@a.example/x', 'https://a.example/x'],
      ['location', String.raw`https:\\ann:hush@a.example\x`, String.raw`https:\\a.example\x`],
      ['location', 'https:ann:hush@a.example', 'https:a.example'],
      ['location', 'mail/ann@a.example', 'mail/ann@a.example'],
      [
        'content-location',
        'https://a.example/#access_token=hush',
        'https://a.example/#access_token=[redacted]',
      ],
      ['refresh', '5; url=https://ann:hush@a.example/?sig=hush', '5; url=https://a.example/?sig=[redacted]'],
      ['refresh', '0;URL="/x?a=b&pin=hush"', '0;URL="/x?a=b&pin=[redacted]'],
      ['refresh', '5', '5'],
      ['link', '</x?token=hush&page=2>; rel="next"', '</x?token=[redacted]&page=2>; rel="next"'],
      ['link', '</x?token=hush', '</x?token=[redacted]'],
      [
        'link',
        '</?a=b>; anchor="https://ann:hush@a.example?sig=hush"; rel=up',
        '</?a=b>; anchor="https://a.example?sig=[redacted]"; rel=up',
      ],
      ['etag', '"a?token=b"', '"a?token=b"'],
    ] as const)
      expect(shown(name, value), `${name}: ${value}`).to.equal(expected)
    expect(shown('link', ['<https://ann:hush@a.example/>; rel=a', '<?pin=hush>; rel=b'])).to.equal(
      '<https://a.example/>; rel=a, <?pin=[redacted]>; rel=b',
    )
  })

  it('hide their whole value where it gives rights', () => {
    const names = [
      'set-cookie',
      'set-cookie2',
      'authorization',
      'proxy-authorization',
      'x-auth-token',
      'x-csrftoken',
    ]
    for (const name of [
      ...names,
      'x-apikey',
      'x-api-key',
      'x-clientsecret',
      'x-secret',
      'x-amz-signature',
      'x-jwt',
      'x-password',
    ])
      expect(shown(name, 'hush'), name).to.equal('[redacted]')
    for (const name of ['content-type', 'www-authenticate', 'surrogate-key', 'x-tokenizer', 'etag'])
      expect(shown(name, 'open'), name).to.equal('open')
  })
})
