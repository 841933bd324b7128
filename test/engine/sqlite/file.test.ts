import { expect } from 'chai'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Connection } from '../../../src/engine/sqlite/connection.ts'
import { loadDriver } from '../../../src/engine/sqlite/driver.ts'
import { MIGRATIONS, migrate } from '../../../src/engine/sqlite/migrations.ts'
import { sqliteSettings } from '../../../src/engine/sqlite/options.ts'
import { Sql } from '../../../src/engine/sqlite/sql.ts'
import { rejection } from '../../rejection.ts'
import { draft } from './drafts.ts'
import { Scratch } from './scratch.ts'

describe('The sqlite engine', () => {
  const scratch = new Scratch()

  /** How opening an engine on the file fails. */
  async function failure(file: string): Promise<Error & { code: string }> {
    return (await rejection(scratch.engine({ file }))) as Error & { code: string }
  }

  /** Does something to a database that no engine has open. */
  async function within<T>(file: string, act: (sql: Sql) => T): Promise<T> {
    const database = (await loadDriver()).open(file)
    try {
      return act(new Sql(database))
    } finally {
      database.close()
    }
  }

  describe('with its file, which', () => {
    it('is made where there is none, and is one file again after a close', async () => {
      const file = scratch.file()
      const { engine } = await scratch.engine({ file })
      await engine.insert([draft('a')])
      await engine.close()
      expect(existsSync(`${file}-wal`)).to.equal(false)
      expect(existsSync(`${file}-owner`)).to.equal(false)
      const { engine: next } = await scratch.engine({ file })
      expect(await next.get('a')).to.have.property('state', 'NEW')
    })

    it('is for its owner only, because arguments may be secret', async () => {
      const file = scratch.file()
      const { engine } = await scratch.engine({ file })
      await engine.insert([draft('a')])
      for (const each of [file, `${file}-wal`]) expect(statSync(each).mode & 0o077, each).to.equal(0)
    })

    it('can be closed and opened again and again in one process', async () => {
      const file = scratch.file()
      for (let round = 1; round <= 3; round++) {
        const { engine } = await scratch.engine({ file })
        await engine.insert([draft(`a${round}`)])
        expect(await engine.count({})).to.equal(round)
        await engine.close()
      }
    })

    it('is refused, and not touched, when it was written by a later release', async () => {
      const file = scratch.file()
      await (await scratch.engine({ file })).engine.close()
      await within(file, (sql) => sql.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`))
      const before = readFileSync(file)
      const error = await failure(file)
      expect(error.code).to.equal('engine-unavailable')
      expect(error.message).to.contain(file).and.contain('later release')
      expect(readFileSync(file).equals(before)).to.equal(true)
      expect(existsSync(`${file}-wal`)).to.equal(false)
    })

    it('is refused when it is no database, or a database of something else', async () => {
      const file = scratch.file()
      writeFileSync(file, 'a shopping list, and a long one: '.repeat(100))
      const text = await failure(file)
      expect(text.code).to.equal('engine-unavailable')
      expect(text.message).to.contain(file).and.contain('not a SQLite database')
      const other = scratch.file()
      await within(other, (sql) => sql.exec('CREATE TABLE photos (name TEXT)'))
      const before = readFileSync(other)
      expect((await failure(other)).message)
        .to.contain(other)
        .and.contain('something else')
      expect(readFileSync(other).equals(before)).to.equal(true)
    })

    it('is refused when it is damaged', async () => {
      const file = scratch.file()
      const { engine } = await scratch.engine({ file })
      await engine.insert(Array.from({ length: 2_000 }, (_, i) => draft(`t${10_000 + i}`)))
      await engine.close()
      const bytes = readFileSync(file)
      bytes.fill(0x5a, 4_096, bytes.length)
      writeFileSync(file, bytes)
      const error = await failure(file)
      expect(error.code).to.equal('engine-unavailable')
      expect(error.message).to.contain(file)
    })

    it('is refused when its folder does not exist, or when it is a folder', async () => {
      const nowhere = join(scratch.folder(), 'none', 'tasks.db')
      expect((await failure(nowhere)).code).to.equal('engine-unavailable')
      const folder = scratch.file()
      mkdirSync(folder)
      const error = await failure(folder)
      expect(error.code).to.equal('engine-unavailable')
      expect(error.message).to.contain(folder)
    })

    it('is refused when it cannot be written', async function () {
      // Whoever may do everything can write any file.
      if (process.getuid?.() === 0) return this.skip()
      const file = scratch.file()
      await (await scratch.engine({ file })).engine.close()
      chmodSync(file, 0o400)
      expect((await failure(file)).code).to.equal('engine-unavailable')
    })

    it('can be opened by another engine after an engine was refused', async () => {
      const file = scratch.file()
      mkdirSync(file)
      const settings = sqliteSettings({ file })
      const driver = await loadDriver()
      expect(() => new Connection(driver, settings)).to.throw(file)
    })

    for (const [sync, level] of [
      ['process', 1],
      ['power', 2],
    ] as const) {
      it(`is synchronised at the level that '${sync}' needs`, async () => {
        const connection = new Connection(await loadDriver(), sqliteSettings({ file: scratch.file(), sync }))
        try {
          expect(connection.sql.pragma('synchronous')).to.equal(level)
          expect(connection.sql.pragma('journal_mode')).to.equal('wal')
        } finally {
          connection.close()
        }
      })
    }

    it('keeps its tasks where each commit waits for the disk, too', async () => {
      const file = scratch.file()
      const { engine } = await scratch.engine({ file, sync: 'power' })
      await engine.insert([draft('a'), draft('b')])
      await engine.close()
      const { engine: next } = await scratch.engine({ file, sync: 'power' })
      expect(await next.count({})).to.equal(2)
    })

    it('does not grow without end in its log', async () => {
      const file = scratch.file()
      const { engine } = await scratch.engine({ file })
      const args = { text: 'x'.repeat(3_000) }
      for (let i = 0; i < 20; i++)
        await engine.insert(Array.from({ length: 1_000 }, (_, k) => draft(`t${1_000 * i + k}`, { args })))
      expect(statSync(file).size).to.be.greaterThan(40_000_000)
      expect(statSync(`${file}-wal`).size).to.be.lessThan(30_000_000)
    })
  })

  describe('with its migrations, which', () => {
    const steps = [
      { name: 'one', sql: 'CREATE TABLE one (a); INSERT INTO one VALUES (1)' },
      { name: 'two', sql: 'ALTER TABLE one ADD COLUMN b; UPDATE one SET b = 2' },
    ]
    const versions = (sql: Sql): unknown => sql.pragma('user_version')

    it('bring a file from its version to the newest, step by step', async () => {
      await within(scratch.file(), (sql) => {
        expect(migrate(sql, steps.slice(0, 1))).to.deep.equal(['one'])
        expect(versions(sql)).to.equal(1)
        expect(migrate(sql, steps)).to.deep.equal(['two'])
        expect(versions(sql)).to.equal(2)
        expect({ ...sql.get<object>('SELECT * FROM one') }).to.deep.equal({ a: 1, b: 2 })
        expect(migrate(sql, steps)).to.deep.equal([])
      })
    })

    it('take a step as a whole or not at all, and keep those before it', async () => {
      const broken = [steps[0]!, { name: 'two', sql: 'UPDATE one SET a = 9; UPDATE none SET a = 1' }]
      await within(scratch.file(), (sql) => {
        expect(() => migrate(sql, broken)).to.throw('none')
        expect(versions(sql)).to.equal(1)
        expect({ ...sql.get<object>('SELECT * FROM one') }).to.deep.equal({ a: 1 })
      })
    })
  })
})
