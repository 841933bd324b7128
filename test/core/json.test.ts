import { expect } from 'chai'
import * as fc from 'fast-check'
import {
  DEEPEST,
  frozenJson,
  isLargerThan,
  type Json,
  givenJson,
  NotJson,
  pointerToken,
  pointerTokens,
} from '../../src/core/json.ts'
import { thrown } from './thrown.ts'

function refusal(value: unknown, most?: number): string {
  const error = thrown(() => frozenJson(value, most))
  expect(error).to.be.instanceOf(NotJson)
  expect(error).to.include({ code: 'invalid-arguments' })
  return (error as NotJson).message
}

function thrownBy(act: () => unknown): unknown {
  try {
    act()
    return undefined
  } catch (error) {
    return error
  }
}

function isDeeplyFrozen(value: unknown): boolean {
  return (
    typeof value !== 'object' ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen))
  )
}

function hasPoison(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (Object.hasOwn(value, '__proto__') || Object.values(value).some(hasPoison))
  )
}

describe('A frozen copy of JSON', () => {
  it('is what JSON makes of the value, frozen all through', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!hasPoison(value))
        const copy = frozenJson(value)
        expect(JSON.stringify(copy)).to.equal(JSON.stringify(value))
        expect(isDeeplyFrozen(copy)).to.be.true
      }),
    )
  })

  it('either is what JSON makes of any object, or is refused', () => {
    fc.assert(
      fc.property(
        fc.object({ withDate: true, withUnicodeString: true, values: [fc.anything({ maxDepth: 0 })] }),
        (value) => {
          let copy: unknown
          try {
            copy = frozenJson(value)
          } catch (error) {
            expect(error).to.be.instanceOf(NotJson)
            return
          }
          expect(JSON.stringify(copy)).to.equal(JSON.stringify(value))
        },
      ),
    )
  })

  it('shares nothing with the value', () => {
    const value = { list: [1], inner: { a: 1 } }
    const copy = frozenJson(value)
    value.list.push(2)
    value.inner.a = 2
    expect(copy).to.deep.equal({ list: [1], inner: { a: 1 } })
  })

  it('leaves out what is undefined, makes it null in an array, and asks toJSON', () => {
    const value = { gone: undefined, list: [undefined, 1], at: new Date(0) }
    expect(frozenJson(value)).to.deep.equal({ list: [null, 1], at: '1970-01-01T00:00:00.000Z' })
  })

  it('names the place of what is not JSON', () => {
    expect(refusal({ a: { 'b/c~d': [0, () => 1] } })).to.equal('/a/b~1c~0d/1 must be JSON, got a function')
    expect(refusal({ n: Number.NaN })).to.equal('/n must be a finite number, got NaN')
    expect(refusal([-Infinity])).to.equal('/0 must be a finite number, got -Infinity')
    expect(refusal({ big: 1n })).to.equal('/big must be JSON, got a bigint')
    expect(refusal({ sign: Symbol('s') })).to.contain('/sign')
    expect(refusal(undefined)).to.equal('the value must be JSON, got undefined')
  })

  it('refuses a value that contains itself, or is nested too deep, without exhausting the stack', () => {
    const round: Record<string, unknown> = { list: [] }
    ;(round['list'] as unknown[]).push(round)
    expect(refusal(round)).to.contain('or contains itself')
    const own: object = { toJSON: (): object => own }
    expect(refusal(own)).to.contain('or contains itself')
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])
    expect(refusal(nested(DEEPEST + 1))).to.contain(`deeper than ${DEEPEST} levels`)
    expect(() => frozenJson(nested(DEEPEST))).not.to.throw()
    expect(refusal(nested(5_000))).to.contain('deeper')
  })

  it('refuses __proto__ as a name, and takes the other names of objects as data', () => {
    expect(refusal(JSON.parse('{"a":{"__proto__":{"admin":true}}}'))).to.contain('/a/__proto__')
    const odd = { constructor: 1, prototype: 2, toString: 3, hasOwnProperty: 4 }
    expect(frozenJson(odd)).to.deep.equal(odd)
    expect(({} as Record<string, unknown>)['admin']).to.equal(undefined)
  })

  it('refuses what is larger than it may be, by its text, its names or its count', () => {
    expect(refusal('x'.repeat(100), 50)).to.equal(
      'the value makes the whole larger than 50 characters of JSON',
    )
    expect(refusal({ text: 'x'.repeat(100) }, 50)).to.match(/^\/text /)
    expect(refusal({ ['x'.repeat(100)]: 1 }, 50)).to.contain('50 characters')
    expect(
      refusal(
        Array.from({ length: 100 }, () => null),
        50,
      ),
    ).to.contain('50 characters')
    expect(
      refusal(
        Array.from({ length: 30 }, () => 12_345_678),
        200,
      ),
    ).to.contain('200 characters')
  })

  it('takes everything that is well below the limit', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!hasPoison(value))
        const size = JSON.stringify(value).length
        expect(() => frozenJson(value, 10 * size + 10)).not.to.throw()
      }),
    )
  })
})

describe('JSON that is given away', () => {
  it('is the value itself, frozen all through, and counts as much as a copy of it would', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(200), (value, most) => {
        fc.pre(!hasPoison(value))
        const text = JSON.stringify(value)
        const fits = !(thrownBy(() => frozenJson(value, most)) instanceof NotJson)
        expect(thrownBy(() => givenJson(value, most)) instanceof NotJson).to.equal(!fits)
        if (!fits) return
        expect(givenJson(value)).to.equal(value)
        expect(JSON.stringify(value)).to.equal(text)
        expect(isDeeplyFrozen(value)).to.be.true
      }),
    )
  })

  it('either has the text of its frozen copy, or is refused', () => {
    fc.assert(
      fc.property(fc.object({ withDate: true, withNullPrototype: true, withSparseArray: true }), (value) => {
        const text = JSON.stringify(value)
        if (thrownBy(() => givenJson(value)) === undefined) {
          expect(JSON.stringify(value)).to.equal(text)
          expect(frozenJson(value)).to.deep.equal(value)
        }
      }),
    )
  })

  it('is refused where a copy would be another value', () => {
    class Point {
      x = 1
    }
    const odd: [unknown, string][] = [
      [{ a: [{ b: undefined }] }, '/a/0/b must be JSON, got undefined'],
      [{ list: [undefined] }, '/list/0 must be JSON, got undefined'],
      [{ at: new Date(0) }, '/at must be a plain object, to be given away'],
      [new Point(), 'the value must be a plain object, to be given away'],
      [{ toJSON: () => 1 }, 'the value must be a plain object, to be given away'],
      [{ n: [Number.NaN] }, '/n/0 must be a finite number, got NaN'],
      [JSON.parse('{"a":{"__proto__":1}}'), '/a/__proto__ is not a property name that is taken'],
    ]
    for (const [value, message] of odd)
      expect(thrown(() => givenJson(value))).to.include({ code: 'invalid-arguments', message })
    const round: unknown[] = []
    round.push(round)
    expect(thrown(() => givenJson(round)))
      .to.have.property('message')
      .that.contains('contains itself')
  })
})

describe('Whether JSON is larger than a limit', () => {
  it('follows the length of its text, within what numbers and words may differ', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(200), (value, most) => {
        const length = JSON.stringify(value).length
        if (isLargerThan(value as Json, most)) expect(3 * length + 10).to.be.greaterThan(most)
        else expect(length).to.be.lessThan(6 * most + 60)
      }),
    )
  })

  it('is told without a look at the rest', () => {
    const endless = new Proxy([], { get: (_, key) => (key === 'length' ? Number.MAX_SAFE_INTEGER : 'x') })
    expect(isLargerThan(endless, 1000)).to.be.true
  })
})

describe('A JSON Pointer', () => {
  it('says any name and gives it back', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('~', '/', '0', '1', 'a') })), (names) => {
        const pointer = names.map((name) => `/${pointerToken(name)}`).join('')
        expect(pointerTokens(pointer)).to.deep.equal(names)
      }),
    )
  })
})
