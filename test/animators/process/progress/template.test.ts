import { expect } from 'chai'
import * as fc from 'fast-check'
import type { ProgressUpdate } from '../../../../src/core/animator.ts'
import { ProgressTemplate } from '../../../../src/animators/process/progress/template.ts'
import { faults, plan } from '../rules/planned.ts'

const match = (template: string, text: string): ProgressUpdate | undefined => {
  const read = ProgressTemplate.read(template)
  if (typeof read === 'string') throw new Error(read)
  return read.match(text)
}

const FORMS: Readonly<Record<string, string>> = {
  percent: '(?<percent>[0-9]+(?:\\.[0-9]+)?)',
  done: '(?<done>[0-9]+(?:\\.[0-9]+)?)',
  total: '(?<total>[0-9]+(?:\\.[0-9]+)?)',
  message: '(?<message>[^]*)',
}

/** The same by an expression, which may take as long as it likes. */
function byExpression(template: string, text: string): ProgressUpdate | undefined {
  const source = template
    .split(/\{(percent|done|total|message)\}/)
    .map((part, i) => (i % 2 === 1 ? FORMS[part] : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('')
  const form = new RegExp(`^${source}$`)
  const groups = (form.exec(text.trim()) ?? form.exec(text))?.groups
  if (groups === undefined) return undefined
  const found = Object.entries(groups).map(([name, one]) => [name, name === 'message' ? one : Number(one)])
  const told = Object.fromEntries(found) as ProgressUpdate
  return (told.percent ?? 0) > 100 ? undefined : told
}

describe('the form of a progress line', () => {
  it('tells numbers and a text where its placeholders stand', () => {
    expect(match('{percent}% {message}', '42% copying')).to.deep.equal({ percent: 42, message: 'copying' })
    expect(match('step {done} of {total}: {message}', 'step 3 of 10: a: b')).to.deep.equal({
      done: 3,
      total: 10,
      message: 'a: b',
    })
    expect(match('[{message}] {percent}%', '[a] b] 12.5%')).to.deep.equal({ message: 'a] b', percent: 12.5 })
    expect(match('{message}', 'anything')).to.deep.equal({ message: 'anything' })
  })

  it('is met by a whole line only, spaces around it aside', () => {
    expect(match('{percent}%', '  42%\t')).to.deep.equal({ percent: 42 })
    expect(match('{percent}% {message}', '42% ')).to.deep.equal({ percent: 42, message: '' })
    for (const text of ['42', '42% done', 'x42%', '-42%', '42.%', '.5%', '4 2%', '', '１%'])
      expect(match('{percent}%', text), text).to.equal(undefined)
  })

  it('is literal but for its placeholders', () => {
    expect(match('.*({percent}){other}', '.*(1){other}')).to.deep.equal({ percent: 1 })
    expect(match('.*({percent})', 'ab(1)')).to.equal(undefined)
  })

  it('is not met by more than everything, nor by numbers beyond all numbers', () => {
    expect(match('{percent}%', '100%')).to.deep.equal({ percent: 100 })
    expect(match('{percent}%', '101%')).to.equal(undefined)
    expect(match('{done}/{total}', `1/${'9'.repeat(400)}`)).to.equal(undefined)
  })

  it('never shares a text between two parts of it', () => {
    expect(match('({message})', '(')).to.equal(undefined)
    expect(match('ab{message}ba', 'aba')).to.equal(undefined)
    expect(match('ab{message}ba', 'abba')).to.deep.equal({ message: '' })
  })

  it('reads what the same form as an expression reads', () => {
    const literal = fc.string({
      unit: fc.constantFrom('a', ' ', '%', '(', '/', 'é'),
      minLength: 1,
      maxLength: 3,
    })
    const fields = fc.shuffledSubarray(['percent', 'done', 'total', 'message'], { minLength: 1 })
    const template = fc
      .tuple(
        fields,
        fc.array(literal, { minLength: 3, maxLength: 3 }),
        fc.option(literal),
        fc.option(literal),
      )
      .map(([names, between, before, after]) => {
        const parts = names.flatMap((name, i) => (i === 0 ? [`{${name}}`] : [between[i - 1]!, `{${name}}`]))
        return [before ?? '', ...parts, after ?? ''].join('')
      })
    const piece = fc.string({
      unit: fc.constantFrom('a', ' ', '%', '(', '/', 'é', '1', '9', '.'),
      maxLength: 4,
    })
    const filled = template.chain((form) =>
      fc.array(piece, { minLength: 4, maxLength: 4 }).map((pieces) => {
        let i = 0
        return [form, form.replaceAll(/\{\w+\}/g, () => pieces[i++]!)] as const
      }),
    )
    let met = 0
    fc.assert(
      fc.property(filled, piece, fc.boolean(), ([form, text], more, append) => {
        const line = append ? text + more : text
        const expected = byExpression(form, line)
        if (expected !== undefined) met++
        expect(match(form, line)).to.deep.equal(expected)
      }),
      { numRuns: 3_000 },
    )
    expect(met).to.be.above(100)
  })

  it('takes no longer for a line that was made to take long', () => {
    const began = performance.now()
    for (const text of [
      '1'.repeat(1_000_000),
      '% '.repeat(500_000),
      '1.'.repeat(500_000),
      ' '.repeat(1_000_000),
    ])
      for (const form of [
        '{message}% {percent}%',
        '{done}% {message}% {percent}',
        'x{message}x{done}x{total}x',
      ])
        match(form, text)
    expect(performance.now() - began).to.be.below(2_000)
  })

  it('is refused where a line could be read in two ways, or tells nothing', async () => {
    const fault = async (line: string): Promise<string | undefined> =>
      (await faults({ progress: { line } }))[0]
    expect(await fault('done')).to.equal(
      '/progress/line must have a placeholder: {percent}, {done}, {total} or {message}',
    )
    expect(await fault('{done}{total}')).to.equal(
      '/progress/line must have some text between {done} and {total}',
    )
    expect(await fault('{done} {done}')).to.equal('/progress/line must not have {done} twice')
    for (const line of ['{done}.{total}', '1{percent}', '{percent}0', '{percent}.'])
      expect(await fault(line), line).to.match(/neither a digit nor a point next to/)
    expect(await fault(`{done}${'x'.repeat(1000)}`)).to.match(/at most 1000 characters/)
    expect(await fault('v1. {percent} .2')).to.equal(undefined)
  })

  it('is looked for in both streams, or in the one that the caller names', async () => {
    const streams = async (stream?: 'stdout' | 'stderr' | 'both'): Promise<unknown> =>
      (await plan({ command: ['true'], progress: { line: '{percent}', ...(stream && { stream }) } })).progress
        ?.streams
    expect(await streams()).to.deep.equal(['stdout', 'stderr'])
    expect(await streams('both')).to.deep.equal(['stdout', 'stderr'])
    expect(await streams('stderr')).to.deep.equal(['stderr'])
    expect(await plan({ command: ['true'] })).to.include({ progress: undefined })
  })
})
