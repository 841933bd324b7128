import { expect } from 'chai'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startTargets, type Targets } from '../animators/fanout/targets/targets.ts'
import { blocksOf, Desk } from '../examples/readme.ts'

const ROOT = new URL('../../', import.meta.url).pathname

describe('docs/coming-from-trs.md', () => {
  let desk: Desk
  let targets: Targets

  before(async () => {
    desk = await Desk.made(ROOT)
    targets = await startTargets({ kinds: ['https'], addresses: 4 })
    await writeFile(join(desk.folder, 'ca.pem'), targets.certificates.ca)
  })
  after(async () => {
    await targets.stop()
    await desk.remove()
  })

  it('has a sample application that runs', async () => {
    const [sample, ...others] = (await blocksOf(`${ROOT}docs/coming-from-trs.md`)).filter(
      ({ mark }) => mark === 'run',
    )
    expect(others).to.deep.equal([])
    const hosts = [0, 1, 2, 3].map((i) => new URL(targets.url('/', i)).host)
    const printed = await desk.ran('sample.ts', sample!.text, ['ca.pem', ...hosts])
    const lines = hosts.map((host) => `Task complete, URL: https://${host}/status/200, status: 200`)
    expect(printed.trim().split('\n')).to.have.members(lines)
  })
})
