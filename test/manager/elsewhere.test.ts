import { expect } from 'chai'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Json } from '../../src/core/json.ts'
import { sharedFiles } from '../../src/files/index.ts'
import { SharedMemory } from '../engine/shared-memory.ts'
import { scratchFolders } from '../faults/scratch.ts'
import { useManagers } from './managers.ts'
import { refusal } from './promises.ts'

describe('An operation whose animator is in another process', () => {
  const make = useManagers()
  const scratch = scratchFolders()

  async function replicas() {
    const engine = new SharedMemory()
    const worker = make({ engine })
    await worker.manager.open()
    const { manager, clock } = make({ engine: new SharedMemory(engine) })
    const describe = (schema: Json) => engine.describe([{ name: 'SWEEP', schema }])
    return { manager, clock, describe }
  }

  it('is created by the newest schema, also where all versions have the same `$id`', async () => {
    const { manager, clock, describe } = await replicas()
    const schema = { $id: 'https://files.example/sweep', type: 'object' }
    await describe(schema)
    await manager.create('SWEEP')
    await describe({ ...schema, required: ['days'] })
    await clock.advance('3s')
    await refusal('invalid-arguments', manager.create('SWEEP'))
    expect((await manager.create('SWEEP', { days: 3 })).task.state).to.equal('NEW')
  })

  it('is run again with the files that its task was created with, where all share them', async () => {
    const root = await scratch()
    const engine = new SharedMemory()
    const worker = make({ engine, files: sharedFiles(root) }).manager
    worker.register('READ', {
      files: true,
      run: async (ops) => readFile(join((await ops.workspace()).folder, 'data'), 'utf8'),
    })
    await worker.open()
    const { manager } = make({ engine: new SharedMemory(engine), files: sharedFiles(root) })
    const files = await manager.upload()
    await files.add('data', 'brought along')
    const { task } = await manager.create('READ', {}, { files })
    await manager.waitFor(task.id)
    const again = await manager.rerun(task.id)
    expect((await manager.waitFor(again.task.id)).result).to.equal('brought along')
  })

  it('cannot be created where its schema cannot be read', async () => {
    const { manager, describe } = await replicas()
    await describe({ type: 'object', $ref: '#/$defs/gone' })
    await refusal('unsupported-operation', manager.create('SWEEP'))
  })
})
