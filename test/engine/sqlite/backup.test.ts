import { expect } from 'chai'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SqliteEngine } from '../../../src/engine/sqlite/index.ts'
import { rejection } from '../../rejection.ts'
import { draft, drafts } from './drafts.ts'
import { Scratch } from './scratch.ts'

describe('The sqlite engine', () => {
  const scratch = new Scratch()

  async function countIn(file: string): Promise<number> {
    const { engine } = await scratch.engine({ file })
    const count = await engine.count({})
    await engine.close()
    return count
  }

  describe('with a backup, which', () => {
    it('is a file that an engine can be opened on, with all that there was', async () => {
      const { engine } = await scratch.engine({ file: scratch.file() })
      await engine.insert([draft('a', { tags: ['x'], createdBy: 'ann' }), draft('b')])
      await engine.pause('SWEEP', true)
      const copy = join(scratch.folder(), 'new', 'copy.db')
      await engine.backup(copy)
      await engine.insert([draft('c')])
      const { engine: other } = await scratch.engine({ file: copy })
      expect(await other.count({})).to.equal(2)
      expect(await other.get('a')).to.deep.include({ createdBy: 'ann', tags: ['x'] })
      expect((await other.operations())[0]?.paused).to.equal(true)
      expect(await engine.count({})).to.equal(3)
    })

    it('is the state of one moment, while others write', async () => {
      const { engine } = await scratch.engine({ file: scratch.file() })
      await engine.insert(drafts(20_000, { args: { text: 'x'.repeat(200) } }))
      const copy = join(scratch.folder(), 'copy.db')
      const state = { done: false }
      const backup = engine.backup(copy).finally(() => (state.done = true))
      let pairs = 0
      // Two tasks of one call are both there, or neither.
      for (; !state.done; pairs++) await engine.insert([draft(`u${pairs}-1`), draft(`u${pairs}-2`)])
      await backup
      expect(pairs).to.be.greaterThan(0)
      const { engine: other } = await scratch.engine({ file: copy })
      const count = await other.count({})
      expect(count).to.be.within(20_000, 20_000 + 2 * pairs)
      expect(count % 2).to.equal(0)
      expect(await engine.count({})).to.equal(20_000 + 2 * pairs)
    })

    it('takes the place of a file that is there, and never that of the engine', async () => {
      const file = scratch.file()
      const { engine } = await scratch.engine({ file })
      await engine.insert([draft('a')])
      const copy = join(scratch.folder(), 'copy.db')
      writeFileSync(copy, 'something old')
      await engine.backup(copy)
      expect(await countIn(copy)).to.equal(1)
      expect(await rejection(engine.backup(file))).to.have.property('code', 'invalid-option')
    })

    it('leaves nothing behind where it fails, and the engine goes on', async () => {
      const { engine } = await scratch.engine({ file: scratch.file() })
      const folder = scratch.folder()
      const path = join(folder, 'taken')
      mkdirSync(join(path, 'by a folder'), { recursive: true })
      expect(await rejection(engine.backup(path))).to.be.instanceOf(Error)
      expect(readdirSync(folder)).to.deep.equal(['taken'])
      await engine.insert([draft('a')])
      await engine.backup(join(folder, 'good.db'))
      expect(await countIn(join(folder, 'good.db'))).to.equal(1)
    })

    it('is refused by an engine that is not open', async () => {
      const { engine } = await scratch.engine({ file: scratch.file() })
      await engine.close()
      expect(await rejection(engine.backup('x'))).to.have.property('code', 'manager-closed')
    })

    it('is finished before the engine closes', async () => {
      const { engine } = await scratch.engine({ file: scratch.file() })
      await engine.insert(drafts(5_000))
      const copy = join(scratch.folder(), 'copy.db')
      const backup = engine.backup(copy)
      await engine.close()
      await backup
      expect(await countIn(copy)).to.equal(5_000)
    })
  })

  describe('with backups on a schedule, which', () => {
    /** Waits until what was due has been made: each backup goes through the disk. */
    async function made(engine: SqliteEngine): Promise<void> {
      await engine.backup(join(scratch.folder(), 'after-the-others.db'))
      await new Promise((resolve) => setImmediate(resolve))
    }

    it('are made at once and then each so often, and the newest so many are kept', async () => {
      const directory = join(scratch.folder(), 'backups')
      const file = scratch.file()
      const { engine } = await scratch.engine({ file, backup: { directory, every: '1h', keep: 3 } })
      await scratch.clock.advance(0)
      await made(engine)
      expect(readdirSync(directory)).to.deep.equal(['tasks-20260101T000000000Z.db'])
      for (let hour = 1; hour <= 5; hour++) {
        await engine.insert([draft(`a${hour}`)])
        await scratch.clock.advance('1h')
        await made(engine)
      }
      expect(readdirSync(directory).sort()).to.deep.equal([
        'tasks-20260101T030000000Z.db',
        'tasks-20260101T040000000Z.db',
        'tasks-20260101T050000000Z.db',
      ])
      expect(await countIn(join(directory, 'tasks-20260101T030000000Z.db'))).to.equal(3)
      await engine.close()
      expect(scratch.clock.pending).to.equal(0)
    })

    it('are not put off by a restart, and leave other files alone', async () => {
      const directory = scratch.folder()
      writeFileSync(join(directory, 'notes.txt'), 'mine')
      writeFileSync(join(directory, 'tasks-20251231T000000000Z.txt'), 'mine too')
      const file = scratch.file()
      const options = { file, backup: { directory, every: '1d', keep: 1 } }
      const first = await scratch.engine(options)
      await scratch.clock.advance(0)
      await made(first.engine)
      const [before] = readdirSync(directory).filter((name) => name.endsWith('.db'))
      await scratch.clock.advance('20h')
      await first.engine.close()
      const second = await scratch.engine(options)
      await scratch.clock.advance('3h')
      await made(second.engine)
      expect(existsSync(join(directory, before!))).to.equal(true)
      await scratch.clock.advance('1h')
      await made(second.engine)
      const names = readdirSync(directory)
      expect(names.filter((name) => name.endsWith('.db'))).to.have.length(1)
      expect(names).to.not.include(before)
      expect(names).to.include.members(['notes.txt', 'tasks-20251231T000000000Z.txt'])
    })

    it('are told to the logger where they fail, and tried again when the next is due', async () => {
      const directory = join(scratch.folder(), 'backups')
      writeFileSync(directory, 'a file where the folder should be')
      const { engine, host } = await scratch.engine({
        file: scratch.file(),
        backup: { directory, every: '1h' },
      })
      await scratch.clock.advance(0)
      await made(engine)
      await scratch.clock.advance('1h')
      await made(engine)
      expect(host.witness.faults.filter((fault) => fault.includes(directory))).to.have.length(2)
    })
  })
})
