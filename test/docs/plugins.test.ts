import { expect } from 'chai'
import { readFile } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { answerOf } from '../../src/animators/process/plugin/protocol.ts'
import { blocksOf } from '../examples/readme.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

describe('docs/plugins.md', () => {
  it('shows the examples as they are', async () => {
    const blocks = (await blocksOf(`${ROOT}docs/plugins.md`)).map(({ text }) => text)
    for (const name of ['disk-usage.sh', 'checksum.py'])
      expect(blocks).to.include(await readFile(`${ROOT}examples/plugins/${name}`, 'utf8'))
  })

  it('shows lines that are what it says', async () => {
    const text = await readFile(`${ROOT}docs/plugins.md`, 'utf8')
    const lines = [...text.matchAll(/^\| `(\{.*\})` /gm)].map(([, line]) => line!.replaceAll('…', 'x'))
    expect(lines).to.have.length(4)
    for (const line of lines) {
      const [, name] = /^\{"(\w+)"/.exec(line) ?? []
      const answer = answerOf(line.replace('{"result": x}', '{"result": 1}'))
      expect(Object.keys(answer ?? {}), line).to.deep.equal([name])
    }
  })

  it('says how one is tried by hand', async () => {
    const blocks = await blocksOf(`${ROOT}docs/plugins.md`)
    const command = blocks.map(({ text }) => text).find((text) => text.startsWith('echo '))!
    const { stdout, status } = spawnSync('bash', ['-c', command], { cwd: ROOT, encoding: 'utf8' })
    expect(status).to.equal(0)
    expect(answerOf(stdout.trim().split('\n').at(-1)!)).to.have.property('result')
  })
})
