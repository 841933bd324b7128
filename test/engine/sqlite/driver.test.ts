import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { loadDriver } from '../../../src/engine/sqlite/driver.ts'
import { rejection } from '../../rejection.ts'

const none = { builtin: () => undefined, packaged: async () => undefined }
class DatabaseSync {
  exec(): void {}
  prepare(): never {
    throw new Error('not needed')
  }
  close(): void {}
}

describe('The driver of the sqlite engine', () => {
  it('is what this Node has, or the package', async () => {
    const driver = await loadDriver()
    const database = driver.open(':memory:')
    expect(database.prepare('SELECT 1 AS one').get()).to.have.property('one', 1)
    database.close()
  })

  it('prefers what Node has', async () => {
    let asked = false
    const packaged = async () => {
      asked = true
      return undefined
    }
    const driver = await loadDriver({ builtin: () => ({ DatabaseSync }), packaged })
    expect(driver.open('x')).to.be.instanceOf(DatabaseSync)
    expect(driver.backup).to.equal(undefined)
    expect(asked).to.equal(false)
  })

  it('takes the package where Node has none', async () => {
    const driver = await loadDriver({ ...none, packaged: async () => ({ DatabaseSync }) })
    expect(driver.open('x')).to.be.instanceOf(DatabaseSync)
  })

  it('says in one line what to install where there is neither', async () => {
    const error = await rejection(loadDriver(none))
    expect(error).to.have.property('code', 'invalid-option')
    expect((error as Error).message)
      .to.contain('@photostructure/sqlite')
      .and.not.contain('\n')
  })

  it('is loaded when an engine is opened, and not with the module', () => {
    const script = `
      await import('./src/engine/sqlite/index.ts')
      console.log(process.moduleLoadList.filter((m) => /sqlite/i.test(m)))`
    const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      encoding: 'utf8',
    })
    expect(stdout).to.contain('[]')
  })
})
