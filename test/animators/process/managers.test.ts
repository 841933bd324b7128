import { expect } from 'chai'
import { Manager } from '../../../src/index.ts'
import { processRunner } from '../../../src/animators/process/index.ts'

describe('A process animator of several managers', () => {
  it('serves each of them until it is closed, and one that is made later too', async () => {
    const runner = processRunner({ allow: ['true'] })
    const made: Manager[] = []
    const manager = async (): Promise<Manager> => {
      const one = new Manager().register('PROCESS', runner)
      made.push(one)
      await one.open()
      return one
    }
    const endOf = async (one: Manager, command: string[]): Promise<string> => {
      const { task } = await one.create('PROCESS', { command })
      return (await one.waitFor(task.id)).state
    }
    try {
      const first = await manager()
      const second = await manager()
      expect(await endOf(second, ['true'])).to.equal('SUCCEEDED')
      await first.close({ grace: 0 })
      expect(await endOf(second, ['true'])).to.equal('SUCCEEDED')
      await second.close({ grace: 0 })
      expect(await endOf(await manager(), ['true'])).to.equal('SUCCEEDED')
    } finally {
      await Promise.all(made.map((one) => one.close({ grace: 0 })))
    }
  })
})
