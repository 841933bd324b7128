import { expect } from 'chai'
import * as fc from 'fast-check'
import { frozenJson, type Json } from '../../src/core/json.ts'
import { occurring, placeholders, redacted, REDACTED, secretPointers } from '../../src/core/redact.ts'

const secret = { type: 'string', writeOnly: true }

describe('The secrets of a schema', () => {
  it('are the properties that it marks writeOnly, however deep', () => {
    const schema = {
      properties: {
        user: { type: 'string' },
        password: secret,
        target: { properties: { token: secret } },
        'a/b': secret,
      },
    }
    expect(secretPointers(schema)).to.have.members(['/password', '/target/token', '/a~1b'])
  })

  it('are found in arrays, maps, tuples and every branch', () => {
    const schema = {
      properties: {
        list: { items: { properties: { key: secret } } },
        map: { additionalProperties: secret },
        pair: { prefixItems: [{}, secret] },
      },
      allOf: [{ properties: { all: secret } }],
      anyOf: [{ properties: { any: secret } }],
      oneOf: [{ properties: { one: secret } }],
      if: {},
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: { properties: { thus: secret } },
      else: { properties: { else: secret } },
    }
    expect(secretPointers(schema)).to.have.members([
      '/list/*/key',
      '/map/*',
      '/pair/1',
      '/all',
      '/any',
      '/one',
      '/thus',
      '/else',
    ])
  })

  it('are found behind a reference, and a reference to itself ends', () => {
    const schema = {
      $defs: {
        secret,
        node: { properties: { key: secret, child: { $ref: '#/$defs/node' } } },
        plain: { properties: { child: { $ref: '#/$defs/plain' } } },
      },
      properties: {
        token: { $ref: '#/$defs/secret' },
        tree: { $ref: '#/$defs/node' },
        other: { $ref: '#/$defs/plain' },
      },
    }
    // What is coarse about it: a schema that comes back to itself is a secret as a whole, once any part of it all is.
    expect(secretPointers(schema)).to.have.members(['/token', '/tree/key', '/tree/child', '/other/child'])
  })

  it('are found where a schema that comes back to itself refers to them', () => {
    const schema = {
      $ref: '#/$defs/A',
      $defs: {
        B: secret,
        A: { type: 'object', properties: { pw: { $ref: '#/$defs/B' }, next: { $ref: '#/$defs/A' } } },
      },
    }
    expect(secretPointers(schema)).to.have.members(['/pw', '/next'])
  })

  it('may be all of a value whose schema is named by an id, because that is not looked up', () => {
    const named = { properties: { a: { $ref: 'Elsewhere' }, b: secret } }
    expect(secretPointers(named)).to.have.members(['/a', '/b'])
    expect(secretPointers({ properties: { a: { $ref: 'Elsewhere' } } })).to.deep.equal([])
  })

  it('are none where there is no schema', () => {
    for (const schema of [undefined, null, true, {}, { properties: { a: true } }])
      expect(secretPointers(schema)).to.deep.equal([])
  })
})

describe('A redacted value', () => {
  it('shows everything but the secrets', () => {
    const value = frozenJson({
      user: 'ann',
      password: 'hunter2',
      list: [{ key: 'k1', n: 1 }, { key: 'k2' }],
      map: { a: 's1', b: 's2' },
    })
    expect(redacted(value, ['/password', '/list/*/key', '/map/*'])).to.deep.equal({
      user: 'ann',
      password: REDACTED,
      list: [{ key: REDACTED, n: 1 }, { key: REDACTED }],
      map: { a: REDACTED, b: REDACTED },
    })
    expect(value).to.have.property('password', 'hunter2')
  })

  it('tells where it hides something, and takes no other text for that', () => {
    const pointers = ['/password', '/list/*/key', '/a~1b', '/user']
    const value = frozenJson({
      user: 'ann',
      password: 'x',
      list: [{ n: 1 }, { key: 'k', n: REDACTED }],
      'a/b': 1,
    })
    expect(placeholders(value, pointers)).to.deep.equal([])
    expect(placeholders(redacted(value, pointers), pointers)).to.deep.equal([
      '/password',
      '/list/1/key',
      '/a~1b',
      '/user',
    ])
  })

  it('gets no property that it did not have, and is the same where there is nothing to hide', () => {
    const value = frozenJson({ user: 'ann', list: 3 })
    expect(redacted(value, ['/password', '/list/*/key', '/deep/er'])).to.deep.equal({ user: 'ann', list: 3 })
    expect(redacted(value, [])).to.equal(value)
  })

  it('copies nothing but the way to its secrets, because lists may be long', () => {
    const value = frozenJson({ list: [{ n: 1 }, { key: 'k', deep: { n: 2 } }], other: { n: 3 } }) as never
    const shown = redacted(value, ['/list/*/key', '/other/key', '/list/length']) as never
    expect(shown).to.deep.equal({ list: [{ n: 1 }, { key: REDACTED, deep: { n: 2 } }], other: { n: 3 } })
    expect(shown['other']).to.equal(value['other'])
    expect(shown['list'][0]).to.equal(value['list'][0])
    expect(shown['list'][1]['deep']).to.equal(value['list'][1]['deep'])
    expect(
      Object.isFrozen(shown) && Object.isFrozen(shown['list']) && Object.isFrozen(shown['list'][1]),
    ).to.equal(true)
    const without = frozenJson({ list: [{ n: 1 }, { n: 2 }] })
    expect(redacted(without, ['/list/*/key', '/key'])).to.equal(without)
  })

  it('hides by number, by every member, and by both', () => {
    const value = frozenJson({ pair: [1, 2, { a: 3, b: 4 }] })
    expect(redacted(value, ['/pair/1', '/pair/*/a', '/pair/2/b'])).to.deep.equal({
      pair: [1, REDACTED, { a: REDACTED, b: REDACTED }],
    })
  })

  it('hides a secret that is a whole object, and the whole value', () => {
    expect(redacted(frozenJson({ auth: { key: 1 } }), ['/auth'])).to.deep.equal({ auth: REDACTED })
    expect(redacted(frozenJson({ a: 1 }), [''])).to.equal(REDACTED)
  })

  it('is hidden just as well by those pointers alone that occur in the value', () => {
    const key = fc.constantFrom('a', 'b', '0', '1', 'length')
    const { value } = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.integer(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 3 }),
      ),
    }))
    const tokens = fc.array(fc.oneof(key, fc.constant('*')), { maxLength: 4 })
    const pointers = fc.array(
      tokens.map((all) => all.map((token) => `/${token}`).join('')),
      { maxLength: 4 },
    )
    fc.assert(
      fc.property(value, pointers, (given, all) => {
        const left = occurring(given, all)
        expect(redacted(given, left)).to.deep.equal(redacted(given, all))
        for (const one of left) expect(redacted(given, [one])).not.to.deep.equal(given)
      }),
      { numRuns: 1_000 },
    )
  })
})
