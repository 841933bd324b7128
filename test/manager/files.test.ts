import { expect } from 'chai'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { memory, type Animator, type Manager, type TaskOps, type Workspace } from '../../src/index.ts'
import { localFiles } from '../../src/files/index.ts'
import { sqlite } from '../../src/engine/sqlite/index.ts'
import { settled } from '../../src/testing/index.ts'
import { scratchFolders } from '../faults/scratch.ts'
import { closeNow, useManagers, type Made } from './managers.ts'
import { rejection } from '../rejection.ts'
import { door, refusal } from './promises.ts'

/** Answers the names of what it finds, and leaves a file of its own. */
const listing: Animator = {
  files: true,
  async run(ops) {
    const { folder } = await ops.workspace()
    const found = await readdir(folder, { recursive: true })
    await writeFile(join(folder, `left by ${ops.attempt}`), ops.id)
    return found.sort()
  },
}

describe('The files of a task', () => {
  const make = useManagers()
  const scratch = scratchFolders()

  const withRoot = async (): Promise<Made & { root: string }> => {
    const root = await scratch()
    const { manager, clock } = make({ files: localFiles(root) })
    return { manager: manager.register('LIST', listing), clock, root }
  }
  const tasksIn = async (root: string): Promise<string[]> =>
    (await readdir(root)).filter((name) => !name.startsWith('.'))
  const content = async (manager: Manager, id: string, path: string): Promise<string> => {
    const parts: Uint8Array[] = []
    for await (const part of (await manager.openFile(id, path)).read()) parts.push(part)
    return Buffer.concat(parts).toString()
  }

  it('are what its creation brought along and what its run left', async () => {
    const { manager } = await withRoot()
    const upload = await manager.upload()
    await upload.add('in/data.txt', 'some data')
    const { task } = await manager.create('LIST', {}, { files: upload })
    const ended = await manager.waitFor(task.id)
    expect(ended.result).to.deep.equal(['in', 'in/data.txt'])
    const { items } = await manager.files(task.id)
    expect(items.map(({ path, kind }) => `${kind} ${path}`)).to.deep.equal([
      'folder in',
      'file in/data.txt',
      'file left by 1',
    ])
    expect(await content(manager, task.id, 'in/data.txt')).to.equal('some data')
    expect(await content(manager, task.id, 'left by 1')).to.equal(task.id)
  })

  it('need no store that the host gives, where tasks do not outlive the process', async () => {
    const { manager } = make()
    const place = door<Workspace>()
    manager.register('STAY', {
      files: true,
      run: async (ops) => place.open(await ops.workspace()),
    })
    const { task } = await manager.create('STAY')
    const { folder } = await place.opened
    await manager.waitFor(task.id)
    expect(await readdir(folder)).to.deep.equal([])
    await manager.close({ grace: 0 })
    expect(await rejection(readdir(folder))).to.include({ code: 'ENOENT' })
  })

  it('need one that outlives the process where tasks do', async () => {
    const { manager } = make({ engine: sqlite({ file: join(await scratch(), 'tasks.db') }) })
    expect(() => manager.register('LIST', listing)).to.throw(/"LIST.files".*localFiles/)
  })

  it('go with their task', async () => {
    const { manager, root } = await withRoot()
    const { task } = await manager.create('LIST')
    await manager.waitFor(task.id)
    expect(await tasksIn(root)).to.deep.equal([task.id])
    await manager.delete(task.id)
    await manager.close()
    expect(await tasksIn(root)).to.deep.equal([])
  })

  it('go when their task has gone while nobody was there', async () => {
    const { manager, root } = await withRoot()
    const { task } = await manager.create('LIST')
    await manager.waitFor(task.id)
    await manager.close()
    // Another memory knows nothing of it.
    const next = make({ files: localFiles(root) }).manager
    await next.open()
    expect(await tasksIn(root)).to.deep.equal([])
  })

  it('stay with a task that stays, over a restart', async () => {
    const folder = await scratch()
    const options = () => ({
      engine: sqlite({ file: join(folder, 'tasks.db') }),
      files: localFiles(join(folder, 'files')),
    })
    const first = make(options()).manager.register('LIST', listing)
    const { task } = await first.create('LIST')
    await first.waitFor(task.id)
    await first.close()
    const second = make(options()).manager.register('LIST', listing)
    expect((await second.files(task.id)).items.map(({ path }) => path)).to.deep.equal(['left by 1'])
  })

  it('leave no trace of a creation that is refused, whatever refuses it', async () => {
    const { manager, root } = await withRoot()
    manager.register('PICKY', {
      files: true,
      args: { type: 'object', required: ['how'] },
      validate: () => Promise.reject(new Error('not today')),
      run: () => {},
    })
    manager.register('NONE', { run: () => {} })
    const upload = async () => {
      const made = await manager.upload()
      await made.add('a', 'a')
      return made
    }
    await refusal('invalid-arguments', manager.create('PICKY', {}, { files: await upload() }))
    const picked = manager.create('PICKY', { how: 'so' }, { files: await upload() })
    expect(await rejection(picked)).to.include({ message: 'not today' })
    await refusal('invalid-request', manager.create('NONE', {}, { files: await upload() }))
    await refusal('unsupported-operation', manager.create('NOBODY', {}, { files: await upload() }))
    const after = { files: await upload(), after: ['nothing'] }
    await refusal('unknown-reference', manager.create('LIST', {}, after))
    const outcomes = await manager.createMany([
      null as never,
      { operation: 'LIST', options: { files: await upload(), tags: ['\n'.repeat(1000)] } },
    ])
    for (const outcome of outcomes) expect(outcome).to.have.property('error')
    expect(await tasksIn(root)).to.deep.equal([])
    expect(await readdir(join(root, '.staging'))).to.deep.equal([])
  })

  it('leave no trace of a creation that a manager refuses because it is closing or closed', async () => {
    const { manager, clock, root } = await withRoot()
    const entered = door<TaskOps>()
    manager.register('STAY', {
      async run(ops) {
        entered.open(ops)
        await new Promise((resolve) => ops.signal.addEventListener('abort', resolve))
      },
    })
    const upload = async () => {
      const made = await manager.upload()
      await made.add('a', 'a')
      return made
    }
    const files = [await upload(), await upload(), await upload(), await upload(), await upload()] as const
    await manager.create('STAY')
    const ops = await entered.opened
    const closing = closeNow({ manager, clock })
    await refusal('manager-closed', manager.create('LIST', {}, { files: files[0] }))
    const tasks = [
      { operation: 'LIST', options: { files: files[1] } },
      { operation: 'LIST', options: { files: files[2] } },
    ]
    await refusal('manager-closed', manager.createMany(tasks))
    await closing
    await refusal('manager-closed', manager.create('LIST', {}, { files: files[3] }))
    await refusal('lease-lost', ops.create('LIST', {}, { files: files[4] }))
    expect(await tasksIn(root)).to.deep.equal([])
    expect(await readdir(join(root, '.staging'))).to.deep.equal([])
  })

  it('of a duplicate are those of the task that is there', async () => {
    const { manager, root } = await withRoot()
    const both = []
    for (const name of ['first', 'second']) {
      const files = await manager.upload()
      await files.add(name, name)
      both.push(await manager.create('LIST', {}, { files, dedupKey: 'one', autoStart: false }))
    }
    expect(both.map(({ duplicate }) => duplicate)).to.deep.equal([false, true])
    expect(await tasksIn(root)).to.deep.equal([both[0]!.task.id])
    expect(await content(manager, both[0]!.task.id, 'first')).to.equal('first')
  })

  it('tell a creation from another under its idempotencyKey by what is in them, also while they still come', async () => {
    const { manager } = await withRoot()
    const create = async (content: string) => {
      const files = await manager.upload()
      const coming = door()
      async function* source() {
        await coming.opened
        yield Buffer.from(content)
      }
      const added = files.add('data', source())
      const created = manager.create('LIST', {}, { files, idempotencyKey: 'one' })
      coming.open()
      await added
      return created
    }
    const first = await create('one')
    const again = await create('one')
    expect([again.duplicate, again.task.id]).to.deep.equal([true, first.task.id])
    await refusal('idempotency-mismatch', create('two'))
    expect(await content(manager, first.task.id, 'data')).to.equal('one')
  })

  it('are brought along again when it is run again, and what it left is not', async () => {
    const { manager } = await withRoot()
    const files = await manager.upload()
    await files.add('in/data', 'some data')
    const { task } = await manager.create('LIST', {}, { files })
    await manager.waitFor(task.id)
    const again = await manager.rerun(task.id)
    expect((await manager.waitFor(again.task.id)).result).to.deep.equal(['in', 'in/data'])
    expect(await content(manager, again.task.id, 'in/data')).to.equal('some data')
  })

  it('are read as those of no other: a task that is not there, a file that is not there', async () => {
    const { manager } = await withRoot()
    const { task } = await manager.create('LIST')
    await manager.waitFor(task.id)
    await refusal('task-not-found', manager.files('nothing'))
    await refusal('task-not-found', manager.openFile('nothing', 'left by 1'))
    await refusal('file-not-found', manager.openFile(task.id, 'nothing'))
    await refusal('file-not-found', manager.openFile(task.id, '../../etc/passwd'))
    await refusal('invalid-option', manager.files(task.id, { limit: 0 }))
  })

  it('can be asked for only by an animator that says so', async () => {
    const { manager } = await withRoot()
    manager.register('NONE', { run: (ops) => ops.workspace() })
    const { task } = await manager.create('NONE')
    const { state, error } = await manager.waitFor(task.id)
    expect({ state, message: error!.message }).to.deep.equal({
      state: 'FAILED',
      message: 'expected "NONE.files" to be true: its runs ask for a working directory, got false (boolean)',
    })
  })

  it('of what is no upload of the manager are refused', async () => {
    const { manager } = await withRoot()
    await refusal('invalid-option', manager.create('LIST', {}, { files: {} as never }))
    await refusal('invalid-option', manager.upload({ files: -1 }))
  })

  it('cannot be brought along where the workers of a shared engine do not share them', async () => {
    const engine = memory()
    Object.defineProperty(engine, 'traits', { value: { ...engine.traits, shared: true } })
    const { manager } = make({ engine, files: localFiles(await scratch()) })
    await refusal('files-elsewhere', manager.upload())
  })
})

describe('The token of a run', () => {
  const make = useManagers()

  const started = async () => {
    const { manager } = make()
    const ops = door<TaskOps>()
    const end = door()
    manager.register('WORK', {
      async run(own) {
        ops.open(own)
        await end.opened
      },
    })
    const { task } = await manager.create('WORK')
    return { manager, task, ops: await ops.opened, end }
  }

  it('lets whoever holds it tell progress and lines of the log', async () => {
    const { manager, task, ops, end } = await started()
    await manager.report(task.id, ops.token(), {
      progress: { percent: 40, message: 'well on' },
      message: 'from inside',
      level: 'warn',
    })
    end.open()
    const ended = await manager.waitFor(task.id)
    expect(ended.progress).to.include({ percent: 40, message: 'well on' })
    const { items } = await manager.output(task.id, { stream: 'log' })
    expect(items).to.have.length(1)
    expect(items[0]).to.include({ text: 'from inside', level: 'warn' })
  })

  it('is one for the whole run, and one that an earlier attempt handed out may be taken too', async () => {
    const { manager, task, ops } = await started()
    expect(ops.token())
      .to.equal(ops.token())
      .and.to.match(/^[\w-]{32}$/)
    expect(ops.token('an older one')).to.equal('an older one')
    expect(ops.token()).not.to.equal('an older one')
    await manager.report(task.id, 'an older one', { message: 'still here' })
  })

  it('is good for nothing else: another task, a run that has ended, a guess', async () => {
    const { manager, task, ops, end } = await started()
    const token = ops.token()
    const other = await manager.create('WORK')
    await refusal('invalid-token', manager.report(other.task.id, token, { message: 'x' }))
    await refusal('invalid-token', manager.report(task.id, 'a guess', { message: 'x' }))
    await refusal('invalid-token', manager.report('nothing', token, { message: 'x' }))
    end.open()
    await manager.waitFor(task.id)
    await settled()
    await refusal('invalid-token', manager.report(task.id, token, { message: 'x' }))
    expect(() => ops.token()).to.throw(/no longer holds/)
  })

  it('tells nothing of a report that is wrong in any part', async () => {
    const { manager, task, ops, end } = await started()
    for (const report of [
      { progress: { percent: 101 }, message: 'x' },
      { progress: { percents: 1 } as never, message: 'x' },
      { message: 'x', level: 'loud' as never },
      { message: 'x', more: 1 } as never,
      { message: 7 as never },
    ])
      await refusal('invalid-option', manager.report(task.id, ops.token(), report))
    end.open()
    await manager.waitFor(task.id)
    expect((await manager.output(task.id, { stream: 'log' })).items).to.deep.equal([])
  })
})
