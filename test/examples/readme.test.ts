import { expect } from 'chai'
import { readFile } from 'node:fs/promises'
import { blocksOf, Desk, fits, fromSources, type Block } from './readme.ts'
import { startExample } from './running.ts'

const root = new URL('../../', import.meta.url).pathname

describe('README.md', () => {
  let desk: Desk
  let blocks: Block[]
  before(async () => {
    blocks = await blocksOf(`${root}README.md`)
    desk = await Desk.made(root)
  })
  after(() => desk.remove())

  it('has a tour that does what it says, step by step', async function () {
    this.timeout(60_000)
    const service = await startExample('file-share/main.ts')
    try {
      const tour = blocks.filter(({ mark }) => mark === 'tour')
      const script = tour.map((block, i) => step(block, i).replaceAll('http://localhost:3000', service.url))
      for (const [i, block] of tour.entries()) {
        if (block.language !== 'ts') continue
        await desk.save(`step${i}.ts`, block.text.replaceAll('http://localhost:3000', service.url))
      }
      const printed = (await desk.run('bash', ['-c', script.join('\n')])).split('<<<step>>>\n').slice(1)
      expect(printed).to.have.length(tour.length)
      for (const [i, { text, output }] of tour.entries()) {
        if (!fits(printed[i]!, output ?? '')) expect(printed[i], text).to.equal(output)
      }
    } finally {
      await service.stop()
    }
  })

  it('has code that runs', async function () {
    this.timeout(60_000)
    const code = blocks.filter(({ mark }) => mark === 'run')
    expect(code).to.have.length.greaterThan(3)
    for (const [i, { text, output }] of code.entries()) {
      const printed = await desk.ran(`code${i}.ts`, text)
      if (!fits(printed, output ?? '')) expect(printed, text).to.equal(output)
    }
  })

  it('shows the minimal example as it is', async () => {
    const example = await readFile(`${root}examples/minimal.ts`, 'utf8')
    const [shown] = blocks.filter(({ mark }) => mark === 'minimal')
    expect(fromSources(shown!.text, '../')).to.equal(example.replaceAll(/ \/\/ 'majordomo.*/g, ''))
  })

  /** All steps share one shell, as they do for a reader. */
  function step({ language, text }: Block, i: number): string {
    const command = language === 'ts' ? `node --import tsx step${i}.ts` : text
    return `echo '<<<step>>>'\n${command}`
  }
})
