import { expect } from 'chai'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Connection } from '../../../src/engine/sqlite/connection.ts'
import { loadDriver, type Database, type Driver } from '../../../src/engine/sqlite/driver.ts'
import { GroupCommit } from '../../../src/engine/sqlite/group-commit.ts'
import { insert } from '../../../src/engine/sqlite/insert.ts'
import { sqliteSettings } from '../../../src/engine/sqlite/options.ts'
import { Store } from '../../../src/engine/sqlite/store.ts'
import { RecordingHost } from '../../../src/testing/conformance/host.ts'
import { testTime } from '../../../src/testing/conformance/time.ts'

describe('A transaction of the sqlite engine', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'majordomo-commit-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is done and told once it is committed, also where the disk is too full to bring the log into the file', async () => {
    const settings = sqliteSettings({ file: join(folder, 'tasks.db') })
    const connection = new Connection(withoutRoom(await loadDriver()), settings)
    const host = new RecordingHost(testTime('fake'), { ageing: undefined, maxEnded: undefined }, true)
    const commit = new GroupCommit(new Store(connection.sql, host, settings.outputs), settings.file)
    const draft = { id: 'a', operation: 'SWEEP', args: {}, priority: 0, tags: [], retain: 0 }
    const [result] = await commit.change((store) => {
      store.checkpoint = true
      return insert(store, [draft])
    })
    expect(result?.kind).to.equal('stored')
    expect(host.events.map(({ type }) => type)).to.deep.equal(['created'])
    connection.close()
  })
})

/** SQLite on a disk that takes the log and no more of the file. */
function withoutRoom({ open }: Driver): Driver {
  const opened = (path: string): Database => {
    const database = open(path)
    return {
      prepare: (sql) => database.prepare(sql),
      close: () => database.close(),
      exec(sql) {
        if (sql.includes('wal_checkpoint(PASSIVE)'))
          throw Object.assign(new Error('database or disk is full'), { errcode: 13 })
        database.exec(sql)
      },
    }
  }
  return { open: opened, backup: undefined }
}
