import { expect } from 'chai'
import { readFile } from 'node:fs/promises'
import {
  DoNotRetryError,
  ERROR_CODES,
  InvalidArguments,
  invalidOption,
  MajordomoError,
  messageOf,
} from '../../src/core/errors.ts'
import { errorsDoc } from '../../scripts/errors-doc.ts'

describe('The error codes', () => {
  it('are told in docs/errors.md as in the table (npm run generate:errors)', async () => {
    const written = await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8')
    expect(written).to.equal(errorsDoc())
  })

  it('each have the status of an HTTP error and a full sentence of help', () => {
    for (const [code, { status, help }] of Object.entries(ERROR_CODES)) {
      expect(code).to.match(/^[a-z]+(-[a-z]+)*$/)
      expect(status, code).to.be.within(400, 599)
      expect(help, code).to.match(/^[A-Z].*\.$/)
    }
  })
})

describe('A MajordomoError', () => {
  it('carries its code, the status of the code, and the help where no message was given', () => {
    const error = new MajordomoError('queue-full', undefined, { retryAfter: 500 })
    expect(error).to.include({ name: 'MajordomoError', code: 'queue-full', status: 429, retryAfter: 500 })
    expect(error.message).to.equal(ERROR_CODES['queue-full'].help)
    expect(error.faults).to.deep.equal([])
  })

  it('has a cause only where one was given', () => {
    expect(new MajordomoError('internal')).not.to.have.property('cause')
    expect(new MajordomoError('internal', 'no', { cause: 'disk' })).to.have.property('cause', 'disk')
  })

  it('is known across copies of the package, and nothing else is taken for one', () => {
    const elsewhere = Object.defineProperty(new Error('no'), Symbol.for('majordomo.error'), { value: true })
    expect(MajordomoError.is(elsewhere)).to.equal(true)
    expect(MajordomoError.is(new InvalidArguments('no'))).to.equal(true)
    for (const other of [new Error('no'), null, undefined, 'majordomo.error', {}]) {
      expect(MajordomoError.is(other)).to.equal(false)
    }
  })

  it('tells every fault of invalid arguments in one sentence, with its place', () => {
    const error = new InvalidArguments([
      { path: '/days', message: 'must be >= 1' },
      { path: '', message: 'needs a folder' },
    ])
    expect(error.message).to.equal('/days must be >= 1; needs a folder')
    expect(error.faults).to.have.length(2)
  })

  it('of an option says what was expected and what came', () => {
    const came = (value: unknown): string => invalidOption('limit', 'an integer', value).message
    expect(came('three')).to.equal('expected "limit" to be an integer, got "three" (string)')
    expect(came(-1)).to.contain('got -1 (number)')
    expect(came(null)).to.contain('got null')
    expect(came([1])).to.contain('got an array')
    expect(came({})).to.contain('got an object')
    expect(came(() => 1)).to.contain('got a function')
    expect(came('x'.repeat(1000))).to.have.length.below(200)
  })
})

describe('A DoNotRetryError', () => {
  it('is known across copies of the package', () => {
    const elsewhere = Object.defineProperty(new Error('no'), Symbol.for('majordomo.no-retry'), {
      value: true,
    })
    expect([elsewhere, new DoNotRetryError('no')].every((value) => DoNotRetryError.is(value))).to.equal(true)
    expect([new Error('no'), null, 'no'].some((value) => DoNotRetryError.is(value))).to.equal(false)
  })
})

describe('The message of what was thrown', () => {
  it('is told for errors and for anything else, even what cannot be shown', () => {
    const hostile = {
      get [Symbol.toStringTag]() {
        throw new Error('no')
      },
    }
    expect(messageOf(new TypeError('disk'))).to.equal('disk')
    expect(messageOf(new TypeError(''))).to.equal('TypeError')
    expect(messageOf('disk')).to.equal('disk')
    expect(messageOf(undefined)).to.equal('undefined')
    expect(messageOf(Object.create(null))).to.equal('an object')
    expect(messageOf(hostile)).to.equal('an object')
    expect(
      messageOf(
        new Proxy(
          {},
          {
            getPrototypeOf: () => {
              throw new Error('no')
            },
          },
        ),
      ),
    ).to.equal('an error that cannot be shown')
  })
})
