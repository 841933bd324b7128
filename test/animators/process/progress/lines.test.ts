import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { ProgressUpdate } from '../../../../src/core/animator.ts'
import { ProgressLines } from '../../../../src/animators/process/progress/lines.ts'
import { ProgressTemplate } from '../../../../src/animators/process/progress/template.ts'

/** What is told of what comes in these pieces. */
function told(pieces: readonly (string | Uint8Array)[], form = '{percent}% {message}'): ProgressUpdate[] {
  const heard: ProgressUpdate[] = []
  const lines = new ProgressLines(ProgressTemplate.read(form) as ProgressTemplate, (one) => heard.push(one))
  for (const piece of pieces) lines.add(typeof piece === 'string' ? Buffer.from(piece) : piece)
  lines.end()
  return heard
}

describe('progress in what a process prints', () => {
  it('is found among other lines', () => {
    expect(told(['begin\n1% a\nmore\n', '2% b\r\n'])).to.deep.equal([
      { percent: 1, message: 'a' },
      { percent: 2, message: 'b' },
    ])
  })

  it('of several lines that come at once is the last', () => {
    expect(told(['1% a\n2% b\n3% c\nother\n'])).to.deep.equal([{ percent: 3, message: 'c' }])
    expect(told(['1% a\r2% b\r3% c'], '{percent}% {message}')).to.deep.equal([
      { percent: 2, message: 'b' },
      { percent: 3, message: 'c' },
    ])
  })

  it('does not wait for the end of a line that is drawn over and over', () => {
    const heard: unknown[] = []
    const bar = new ProgressLines(
      ProgressTemplate.read('[{message}] {percent}%') as ProgressTemplate,
      (one) => heard.push(one.percent),
    )
    for (const text of ['\r[#  ] 1%', '\r[## ] 2%', '\r']) bar.add(Buffer.from(text))
    expect(heard).to.deep.equal([1, 2])
  })

  it('may come in any pieces, also within a character', () => {
    const bytes = Buffer.from('7% é\n')
    expect(told([...bytes].map((byte) => Uint8Array.of(byte)))).to.deep.equal([{ percent: 7, message: 'é' }])
    expect(told(['8', '% end'])).to.deep.equal([{ percent: 8, message: 'end' }])
  })

  it('is not looked for in lines that are too long, which take no room', () => {
    const long = `1% ${'x'.repeat(5_000)}`
    expect(told([long, '\n2% b\n'])).to.deep.equal([{ percent: 2, message: 'b' }])
    expect(told([long, 'x'.repeat(100_000), '3% c\n2% b\n'])).to.deep.equal([{ percent: 2, message: 'b' }])
    expect(told([`${long}\n`])).to.deep.equal([])
    expect(told(['1% '.padEnd(4_000), 'x'.repeat(3_000), '\n'])).to.deep.equal([])
  })

  it('does not keep a line without an end', () => {
    const before = process.memoryUsage().heapUsed
    const lines = new ProgressLines(ProgressTemplate.read('{percent}') as ProgressTemplate, () => {})
    const block = Buffer.alloc(1_000_000, 'x')
    for (let i = 0; i < 200; i++) lines.add(block)
    expect(process.memoryUsage().heapUsed - before).to.be.below(100_000_000)
    lines.end()
  })

  it('is read from a real process as it goes', async () => {
    const heard: unknown[] = []
    const form = ProgressTemplate.read('step {done} of {total}') as ProgressTemplate
    const child = spawn('sh', ['-c', 'echo begin; echo step 1 of 2; read go; printf "step 2 of 2"'])
    const first = new Promise<void>((resolve) => {
      const lines = new ProgressLines(form, (one) => {
        heard.push(one)
        resolve()
      })
      child.stdout.on('data', (bytes: Buffer) => lines.add(bytes)).once('end', () => lines.end())
    })
    await first
    child.stdin.end('go\n')
    await once(child, 'close')
    expect(heard).to.deep.equal([
      { done: 1, total: 2 },
      { done: 2, total: 2 },
    ])
  })
})
