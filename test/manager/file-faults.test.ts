import { expect } from 'chai'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  MajordomoError,
  memory,
  type FileStore,
  type Manager,
  type StagedUpload,
  type Upload,
} from '../../src/index.ts'
import { localFiles, sharedFiles } from '../../src/files/index.ts'
import { sqlite } from '../../src/engine/sqlite/index.ts'
import { SharedMemory } from '../engine/shared-memory.ts'
import { scratchFolders } from '../faults/scratch.ts'
import { rejection } from '../rejection.ts'
import { useManagers } from './managers.ts'
import { door, refusal } from './promises.ts'

const IDLE = { files: true, run: () => {} }

describe('Where files of tasks meet what fails', () => {
  const make = useManagers()
  const scratch = scratchFolders()

  const tasksIn = async (root: string): Promise<string[]> =>
    (await readdir(root)).filter((name) => !name.startsWith('.'))
  const upload = async (manager: Manager, name: string): Promise<Upload> => {
    const made = await manager.upload()
    await made.add(name, name)
    return made
  }

  it('a manager whose folder for files cannot be used does not open, however often, and leaves its engine alone', async () => {
    const folder = await scratch()
    const file = join(folder, 'tasks.db')
    await writeFile(join(folder, 'a file'), '')
    const { manager } = make({ engine: sqlite({ file }), files: localFiles(join(folder, 'a file')) })
    for (let i = 0; i < 2; i++) await refusal('invalid-option', manager.open())
    expect(manager.status().state).to.equal('idle')
    await manager.close()
    const { manager: next } = make({ engine: sqlite({ file }), files: localFiles(join(folder, 'files')) })
    await next.open()
  })

  it('nothing is created while the store is searched for files of tasks that are gone', async () => {
    const store = localFiles(await scratch())
    const searching = door()
    const searched = door()
    const kept = store.kept.bind(store)
    store.kept = async function* () {
      searching.open()
      await searched.opened
      yield* kept()
    }
    const { manager } = make({ files: store })
    const uploading = manager.upload()
    await searching.opened
    expect(manager.status().state).to.equal('opening')
    searched.open()
    await uploading
    expect(manager.status().state).to.equal('open')
  })

  it('a task that cannot have its files is refused, and those beside it are not', async () => {
    const root = await scratch()
    const { manager } = make({ files: localFiles(root) })
    manager.register('IDLE', IDLE)
    const gone = await upload(manager, 'gone')
    await gone.discard()
    const outcomes = await manager.createMany([
      { operation: 'IDLE', options: { files: await upload(manager, 'first') } },
      { operation: 'IDLE', options: { files: gone } },
      { operation: 'IDLE', options: { files: await upload(manager, 'last') } },
      { operation: 'IDLE' },
    ])
    const ids = outcomes.map((one) => ('error' in one ? one.error.code : one.task.id))
    expect(ids[1]).to.equal('invalid-request')
    expect(await tasksIn(root)).to.have.members([ids[0], ids[2]])
    const names = async (id: string) => (await manager.files(id)).items.map(({ path }) => path)
    expect([await names(ids[0]!), await names(ids[2]!)]).to.deep.equal([['first'], ['last']])
  })

  it('what an engine does not store leaves no files', async () => {
    const root = await scratch()
    const engine = memory()
    const insert = engine.insert.bind(engine)
    const { manager } = make({ engine, files: localFiles(root) })
    manager.register('IDLE', IDLE)
    const { task } = await manager.create('IDLE', {}, { files: await upload(manager, 'a') })
    await manager.waitFor(task.id)
    engine.insert = () => Promise.reject(new Error('no'))
    const files = await upload(manager, 'b')
    expect(await rejection(manager.create('IDLE', {}, { files }))).to.include({ message: 'no' })
    expect(await rejection(manager.rerun(task.id))).to.include({ message: 'no' })
    const many = await manager.createMany([
      { operation: 'IDLE', options: { files: await upload(manager, 'c') } },
    ])
    expect(many[0]).to.have.property('error')
    engine.insert = insert
    expect(await tasksIn(root)).to.deep.equal([task.id])
    expect(await readdir(join(root, '.staging'))).to.deep.equal([])
  })

  it('what a shared engine may have stored is looked for later, and leaves no files where it has not', async () => {
    const root = await scratch()
    const engine = new SharedMemory()
    const insert = engine.insert.bind(engine)
    const { manager, clock } = make({ engine, files: sharedFiles(root) })
    manager.register('IDLE', IDLE)
    const create = async (name: string, failing: typeof engine.insert) => {
      const files = await upload(manager, name)
      engine.insert = failing
      return rejection(manager.create('IDLE', {}, { files }))
    }
    const full = new MajordomoError('storage-full')
    expect(await create('full', () => Promise.reject(full))).to.equal(full)
    expect(await tasksIn(root)).to.deep.equal([])
    const lost = new MajordomoError('engine-unavailable')
    await create('lost', () => Promise.reject(lost))
    await create('stored', async (...order) => {
      await insert(...order)
      throw lost
    })
    const [task] = (await manager.list()).items
    expect(await tasksIn(root))
      .to.have.length(2)
      .and.to.include(task!.id)
    await clock.advance('10m')
    await manager.waitFor(task!.id)
    await manager.close()
    expect(await tasksIn(root)).to.deep.equal([task!.id])
  })

  it('what is stored although its engine failed keeps its files', async () => {
    const root = await scratch()
    const engine = memory()
    const insert = engine.insert.bind(engine)
    engine.insert = async (...order) => {
      await insert(...order)
      throw new Error('the answer was lost')
    }
    const { manager } = make({ engine, files: localFiles(root) })
    manager.register('IDLE', IDLE)
    const files = await upload(manager, 'a')
    expect(await rejection(manager.create('IDLE', {}, { files }))).to.include({
      message: 'the answer was lost',
    })
    const [task] = (await manager.list()).items
    expect(await tasksIn(root)).to.deep.equal([task!.id])
  })

  it('an upload that cannot be discarded hides neither why it was refused nor what came of others', async () => {
    const logged: string[] = []
    const logger = { error: (message: string) => void logged.push(message) }
    const { manager } = make({ logger: { ...logger, warn() {}, info() {}, debug() {} } })
    manager.register('IDLE', IDLE)
    const stuck: StagedUpload = {
      digests: new Map(),
      add: () => Promise.reject(new Error('add')),
      give: () => Promise.reject(new Error('give')),
      discard: () => Promise.reject(new Error('discard')),
    }
    await refusal('unsupported-operation', manager.create('NOBODY', {}, { files: stuck }))
    const [first, second] = await manager.createMany([
      { operation: 'IDLE' },
      { operation: 'IDLE', options: { files: stuck } },
    ])
    expect(first).to.have.property('task')
    expect(second).to.have.nested.property('error.message', 'give')
    expect(logged).to.deep.equal(['an upload could not be discarded', 'an upload could not be discarded'])
  })

  it('an engine is closed although the store of files cannot be', async () => {
    const file = join(await scratch(), 'tasks.db')
    const store: FileStore = localFiles(await scratch())
    store.close = () => Promise.reject(new Error('stuck'))
    const { manager } = make({ engine: sqlite({ file }), files: store })
    await manager.open()
    await manager.close()
    await make({ engine: sqlite({ file }) }).manager.open()
  })

  it('of a thousand tasks that go at once, few are being removed at a time', async () => {
    const store = localFiles(await scratch())
    const remove = store.remove.bind(store)
    let now = 0
    let most = 0
    store.remove = async (id) => {
      most = Math.max(most, ++now)
      await remove(id)
      now--
    }
    const { manager } = make({ files: store })
    manager.register('STAY', { files: true, run: async (ops) => void (await ops.workspace()) })
    const outcomes = await manager.createMany(Array.from({ length: 1000 }, () => ({ operation: 'STAY' })))
    const ids = outcomes.flatMap((one) => ('error' in one ? [] : [one.task.id]))
    for (const id of ids) await manager.waitFor(id)
    await Promise.all(ids.map((id) => manager.delete(id)))
    const left: string[] = []
    for await (const { id } of store.kept()) left.push(id)
    expect(left).to.deep.equal([])
    expect(most).to.be.within(1, 8)
  })
})
