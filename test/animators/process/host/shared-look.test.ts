import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Census } from '../../../../src/animators/process/host/census.ts'
import { SharedLook } from '../../../../src/animators/process/host/shared-look.ts'

describe('a look that many share', () => {
  interface Look {
    readonly questions: readonly string[]
    end(answer: string | Error): void
  }
  let looks: Look[]
  let shared: SharedLook<string, string>
  beforeEach(() => {
    looks = []
    shared = new SharedLook(
      (questions) =>
        new Promise((resolve, reject) =>
          looks.push({
            questions: [...questions],
            end: (answer) => (answer instanceof Error ? reject(answer) : resolve(answer)),
          }),
        ),
    )
  })
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

  it('is one for all who ask at the same moment', async () => {
    const answers = Promise.all(['a', 'b', 'a'].map((question) => shared.ask(question)))
    await turn()
    expect(looks.map(({ questions }) => questions)).to.deep.equal([['a', 'b']])
    looks[0]!.end('seen')
    expect(await answers).to.deep.equal(['seen', 'seen', 'seen'])
  })

  it('is the next one for those who ask while it is under way, and that begins when it is over', async () => {
    const first = shared.ask('a')
    await turn()
    const later = [shared.ask('b'), shared.ask('c')]
    await turn()
    later.push(shared.ask('a'))
    expect(looks).to.have.length(1)
    looks[0]!.end('before')
    await turn()
    expect(looks.map(({ questions }) => questions)).to.deep.equal([['a'], ['b', 'c', 'a']])
    looks[1]!.end('after')
    expect(await first).to.equal('before')
    expect(await Promise.all(later)).to.deep.equal(['after', 'after', 'after'])
  })

  it('spoils none but its own answers by failing', async () => {
    const first = shared.ask('a').catch((error: unknown) => error)
    await turn()
    const later = shared.ask('a')
    looks[0]!.end(new Error('no'))
    expect(await first).to.be.an('error')
    await turn()
    looks[1]!.end('yes')
    expect(await later).to.equal('yes')
  })

  it('for processes finds also who has come while another was under way', async () => {
    const census = new Census()
    const mark = `TEST_MARK=${process.pid}`
    const early = census.markedBy(mark)
    await turn()
    const child = spawn('sleep', ['100'], { env: { PATH: process.env['PATH'], TEST_MARK: `${process.pid}` } })
    await once(child, 'spawn')
    expect(await census.markedBy(mark)).to.deep.equal([child.pid])
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await census.markedBy(mark)).to.deep.equal([])
    await early
  })
})
