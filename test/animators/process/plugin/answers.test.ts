import { expect } from 'chai'
import * as fc from 'fast-check'
import { LONGEST_LINE, PluginAnswers } from '../../../../src/animators/process/plugin/answers.ts'
import { LastLine } from '../../../../src/animators/process/plugin/last-line.ts'

/** All that was heard, in order, and what is known of the end. */
function heard(...pieces: readonly (string | Uint8Array)[]): unknown[] {
  const told: unknown[] = []
  const answers = new PluginAnswers({
    progress: (progress) => told.push({ progress }),
    log: (level, message, fields) => told.push({ level, message, ...(fields && { fields }) }),
  })
  for (const piece of pieces) answers.add(typeof piece === 'string' ? Buffer.from(piece) : piece)
  answers.end()
  return answers.verdict === undefined ? told : [...told, answers.verdict]
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`

describe('what a plug-in says', () => {
  it('is progress, lines of the log, and a result', () => {
    const said = [
      { progress: { percent: 10, message: 'begin' } },
      { progress: { done: 1, total: 3 } },
      { log: { level: 'warn', message: 'odd', fields: { a: 1 } } },
      { log: { message: 'plain' } },
      { result: { rows: 3 } },
    ]
    expect(heard(said.map(line).join(''))).to.deep.equal([
      { progress: { percent: 10, message: 'begin' } },
      { progress: { done: 1, total: 3 } },
      { level: 'warn', message: 'odd', fields: { a: 1 } },
      { level: 'info', message: 'plain' },
      { result: { rows: 3 } },
    ])
  })

  it('of how it ended counts as it said last', () => {
    expect(heard(line({ result: 1 }), line({ result: 2 }))).to.deep.equal([{ result: 2 }])
    expect(heard(line({ result: 1 }), line({ error: { message: 'no' } }))).to.deep.equal([
      { error: { message: 'no' } },
    ])
    expect(
      heard(line({ error: { message: 'no', code: 'x', retry: false } }), line({ result: null })),
    ).to.deep.equal([{ result: null }])
  })

  it('is an error whatever form that has: a failure must not look like a success', () => {
    const told: readonly (readonly [unknown, unknown])[] = [
      ['no', { message: 'no' }],
      [{ message: 'no', retry: 'never' }, { message: 'no' }],
      [
        { message: 'no', code: 3, retry: false, more: 1 },
        { message: 'no', retry: false },
      ],
      [{ code: 'x' }, { message: '{"code":"x"}', code: 'x' }],
      [null, { message: 'null' }],
    ]
    for (const [error, heardAs] of told) expect(heard(line({ error }))).to.deep.equal([{ error: heardAs }])
  })

  it('is a line of the log wherever it is nothing of the protocol', () => {
    const others = [
      'plain text',
      '{',
      '{"progress": 10}',
      '{"progress": {}}',
      '{"progress": {"percent": 101}}',
      '{"progress": {"percent": -1}}',
      '{"progress": {"percent": "10"}}',
      '{"progress": {"percent": 10, "colour": "red"}}',
      '{"progress": {"percent": 10}, "log": {"message": "two at once"}}',
      '{"log": "text"}',
      '{"log": {"level": "fatal", "message": "x"}}',
      '{"log": {"message": "x", "fields": [1]}}',
      '{"log": {"message": "x", "time": 1}}',
      '{"constructor": {}}',
      '{"__proto__": {"message": "x"}}',
      '{"other": 1}',
      '[{"result": 1}]',
      '42',
    ]
    expect(heard(others.join('\n'))).to.deep.equal(others.map((message) => ({ level: 'info', message })))
  })

  it('is the same in whatever pieces it comes', () => {
    const text = [
      line({ result: 'é' }),
      'plain é\r\n',
      '\n',
      line({ progress: { percent: 1 } }),
      'rest',
    ].join('')
    const whole = heard(text)
    expect(whole).to.have.length(4)
    fc.assert(
      fc.property(fc.array(fc.nat(Buffer.byteLength(text))), (cuts) => {
        const bytes = Buffer.from(text)
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length]
        expect(heard(...places.slice(1).map((to, i) => bytes.subarray(places[i], to)))).to.deep.equal(whole)
      }),
    )
  })

  it('does not change when its bytes do', () => {
    const bytes = Buffer.from('abc')
    const told: string[] = []
    const answers = new PluginAnswers({ progress: () => {}, log: (_, message) => told.push(message) })
    answers.add(bytes)
    bytes.fill(0x78)
    answers.add(Buffer.from('\n'))
    expect(told).to.deep.equal(['abc'])
  })

  it('is cut off where a line is too long, with a warning, and is no answer then', () => {
    const fitting = line({ result: 'x'.repeat(LONGEST_LINE - 13) })
    expect(fitting).to.have.length(LONGEST_LINE + 1)
    expect(heard(fitting)).to.have.length(1)
    const long = Buffer.from(line({ result: 'x'.repeat(3 * LONGEST_LINE) }))
    const pieces = [...Array(50).keys()].map((i) =>
      long.subarray((i * long.length) / 50, ((i + 1) * long.length) / 50),
    )
    for (const told of [heard(long, line({ result: 1 })), heard(...pieces, line({ result: 1 }))]) {
      expect(told[0]).to.include({ level: 'warn' })
      expect((told[1] as { message: string }).message).to.have.length(LONGEST_LINE)
      expect(told[2]).to.deep.equal({ result: 1 })
    }
    const lost = heard(line({ result: 1 }), long).at(-1)
    expect(lost).to.deep.include({
      error: { message: 'the result that it told is longer than 1048576 bytes', code: 'answer-too-long' },
    })
  })
})

describe('the last line of what a process prints', () => {
  const last = (...pieces: string[]): string | undefined => {
    const one = new LastLine()
    for (const piece of pieces) one.add(Buffer.from(piece))
    return one.text
  }

  it('is the last one with anything in it', () => {
    expect(last()).to.equal(undefined)
    expect(last('\n \n')).to.equal(undefined)
    expect(last('one\ntwo\n')).to.equal('two')
    expect(last('one\ntw', 'o\n\n', '  \n')).to.equal('two')
    expect(last('one\ntwo')).to.equal('two')
    expect(last('x'.repeat(5_000))).to.have.length(1_000)
  })
})
