import { expect } from 'chai'
import { sqlite, type SqliteOptions } from '../../../src/engine/sqlite/index.ts'

/** Why the options are refused. */
function refusal(options: unknown): string {
  try {
    sqlite(options as SqliteOptions)
  } catch (error) {
    expect(error).to.have.property('code', 'invalid-option')
    return (error as Error).message
  }
  return 'they are taken'
}

describe('The options of the sqlite engine', () => {
  it('need a file, and no more', () => {
    expect(refusal({ file: '/var/lib/tasks.db' })).to.equal('they are taken')
    expect(refusal({})).to.contain('"sqlite.file"')
    expect(refusal(undefined)).to.contain('"sqlite"')
    expect(refusal({ file: 7 }))
      .to.contain('"sqlite.file"')
      .and.contain('7 (number)')
  })

  it('refuse a database that lives in memory, and name the engine for that', () => {
    for (const file of [':memory:', 'file::memory:?cache=shared', ' ']) {
      expect(refusal({ file }), file).to.contain('memory()')
    }
  })

  it('take a level of safety that there is', () => {
    for (const sync of ['process', 'power', undefined])
      expect(refusal({ file: 'a', sync })).to.equal('they are taken')
    for (const sync of ['full', true]) expect(refusal({ file: 'a', sync })).to.contain("'process' or 'power'")
  })

  it('say which option does not exist, and which may be meant', () => {
    expect(refusal({ file: 'a', synch: 'power' })).to.contain('did you mean "sync"')
    expect(refusal({ file: 'a', backup: { directory: 'b', every: '1d', keeps: 3 } })).to.contain('"keep"')
  })

  it('need for backups a folder and an interval that makes sense', () => {
    const backup = { directory: 'b', every: '1d' }
    expect(refusal({ file: 'a', backup })).to.equal('they are taken')
    expect(refusal({ file: 'a', backup: { every: '1d' } })).to.contain('"sqlite.backup.directory"')
    for (const every of [undefined, 'daily', '10ms'])
      expect(refusal({ file: 'a', backup: { ...backup, every } }), every).to.contain('"sqlite.backup.every"')
    expect(refusal({ file: 'a', backup: { ...backup, keep: 0 } })).to.contain('"sqlite.backup.keep"')
    expect(refusal({ file: 'a', backup: true })).to.contain('"sqlite.backup"')
  })
})
