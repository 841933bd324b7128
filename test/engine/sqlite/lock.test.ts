import { expect } from 'chai'
import { rejection } from '../../rejection.ts'
import { Children } from './child/started.ts'
import { draft } from './drafts.ts'
import { Scratch } from './scratch.ts'

describe('A file that an engine has open', () => {
  const scratch = new Scratch()
  const children = new Children()

  it('is refused to a second engine of the same process', async () => {
    const file = scratch.file()
    const { engine } = await scratch.engine({ file })
    const error = (await rejection(scratch.engine({ file }))) as Error & { code: string }
    expect(error.code).to.equal('engine-unavailable')
    expect(error.message).to.contain(file).and.contain('this process')
    await engine.insert([draft('a')])
    expect(await engine.count({})).to.equal(1)
  })

  it('is refused to a second process, which is told who has it, until that one is killed', async () => {
    const file = scratch.file()
    const other = children.start('hold', file)
    expect(await other.line()).to.equal('open')
    const error = (await rejection(scratch.engine({ file }))) as Error & { code: string }
    expect(error.code).to.equal('engine-unavailable')
    expect(error.message).to.contain(file).and.contain(`process ${other.pid} on `)
    await other.killed()
    const { engine } = await scratch.engine({ file })
    await engine.insert([draft('a')])
    expect(await engine.count({})).to.equal(1)
  })

  it('is refused to the same engine once more, as long as it is open', async () => {
    const { engine, host } = await scratch.engine({ file: scratch.file() })
    expect(await rejection(engine.open(host))).to.have.property('code', 'invalid-option')
    await engine.close()
    await engine.open(host)
  })
})
