import { expect } from 'chai'
import * as majordomo from '../src/index.ts'
import { FakeClock } from '../src/testing/index.ts'

describe('The package', () => {
  it('exports these names, and no others', () => {
    expect(Object.keys(majordomo)).to.have.members([
      'Canceled',
      'DoNotRetryError',
      'ERROR_CODES',
      'FailedWithResult',
      'InvalidArguments',
      'LeaseLost',
      'MajordomoError',
      'Manager',
      'RunAborted',
      'ShutDown',
      'Superseded',
      'TASK_STATES',
      'TimedOut',
      'currentTask',
      'isEnded',
      'memory',
    ])
  })

  it('has a manager that keeps its tasks in memory unless it is given another engine', async () => {
    const clock = new FakeClock()
    const manager = new majordomo.Manager({ clock })
    manager.register('WORK', { run: () => 'done' })
    const { task } = await manager.create('WORK')
    expect(await manager.waitFor(task.id)).to.include({ state: 'SUCCEEDED', result: 'done' })
    await clock.advance('60s')
    expect(await manager.count()).to.equal(0)
    await manager.close()
    const engine = { ...majordomo.memory(), open: () => Promise.reject(new Error('another engine')) }
    const failed = await new majordomo.Manager({ engine }).open().catch((error: unknown) => error)
    expect(failed).to.include({ message: 'another engine' })
  })
})
