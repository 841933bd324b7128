import { expect } from 'chai'
import * as fc from 'fast-check'
import { shownBody } from '../../../../src/animators/fanout/room/shown-body.ts'

describe('a body that is kept', () => {
  it('is text where it is UTF-8, and else base64 of the very bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const { body, encoding } = shownBody(Buffer.from(bytes), false)
        expect(Buffer.from(body, encoding ?? 'utf8').equals(bytes)).to.be.true
      }),
    )
  })

  it('stays text when it was cut in the midst of a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), fc.nat(80), (text, cut) => {
        const whole = Buffer.from(text)
        const kept = whole.subarray(0, cut % (whole.length + 1))
        const { body, encoding } = shownBody(kept, true)
        expect(encoding).to.equal(undefined)
        expect(text.startsWith(body)).to.be.true
        expect(kept.length - Buffer.byteLength(body)).to.be.lessThan(4)
      }),
    )
  })

  it('is base64 when it is broken elsewhere than at the cut', () => {
    expect(shownBody(Buffer.from([0xff, 0x41, 0xc3]), true)).to.deep.equal({
      body: '/0HD',
      encoding: 'base64',
    })
  })
})
