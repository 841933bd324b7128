import { expect } from 'chai'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clearRooms } from '../../../../src/animators/process/task/launch.ts'
import { scratchFolders } from '../../../files/folders.ts'

describe('The private folder of an attempt', () => {
  const scratch = scratchFolders()

  it('goes with its end, as those of earlier attempts do, and the one of a later attempt stays', async () => {
    const folder = scratch()
    for (const name of ['files', 'record', 'record-run-1', 'record-run-9', 'record-run-10', 'record-run-11'])
      mkdirSync(join(folder, name))
    writeFileSync(join(folder, 'record-run-9', 'script'), 'true')
    const place = { folder: join(folder, 'files'), record: join(folder, 'record'), running: folder }
    await clearRooms({ ...place, grew() {} }, 10)
    expect(readdirSync(folder).sort()).to.deep.equal(['files', 'record', 'record-run-11'])
  })
})
