import { expect } from 'chai'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { RecordReader } from '../../../src/files/record/reader.ts'
import { Reading } from '../../../src/files/record/reading.ts'
import { scratchFolders } from '../folders.ts'
import { record } from './recorded.ts'

describe('how far a record was read', () => {
  const scratch = scratchFolders()
  const read = (folder: string, after: number) =>
    new RecordReader(folder).read({ stream: 'stdout', after, limit: 1 })

  it('is as far as the furthest of several readers has come, also where they tell of it at once', async () => {
    for (let round = 0; round < 50; round++) {
      const folder = scratch()
      record(folder, { attempt: 1 }, 'x\n'.repeat(10))
      const reading = new Reading(folder, 'stdout')
      await Promise.all([20, 2, 10, 4, 16, 6].map((after) => read(folder, after)))
      expect(reading.look()).to.equal(20)
    }
  })

  it('is kept for a further attempt, and told for each stream', async () => {
    const folder = scratch()
    record(folder, { attempt: 1 }, 'one\ntwo\n')
    expect(new Reading(folder, 'stderr').look()).to.equal(0)
    expect(new Reading(folder, 'stdout').look()).to.equal(0)
    await read(folder, 4)
    await read(folder, 0)
    expect(new Reading(folder, 'stdout').look()).to.equal(4)
    expect(new Reading(folder, 'stderr').look()).to.equal(0)
  })

  it('is no further than there is anything to be read', async () => {
    const folder = scratch()
    record(folder, { attempt: 1 }, 'one\n')
    const reading = new Reading(folder, 'stdout')
    await read(folder, 1_000)
    expect(reading.look()).to.equal(4)
  })

  it('is noted nowhere for a stream that waits for nobody', async () => {
    const folder = scratch()
    record(folder, { attempt: 1 }, 'one\n')
    const names = readdirSync(folder)
    await read(folder, 4)
    expect(readdirSync(folder)).to.deep.equal(names)
  })

  it('is as it was seen last where the record goes with its task', async () => {
    const folder = join(scratch(), 'task')
    mkdirSync(folder)
    record(folder, { attempt: 1 }, 'one\n')
    const reading = new Reading(folder, 'stdout')
    await read(folder, 4)
    expect(reading.look()).to.equal(4)
    rmSync(folder, { recursive: true })
    expect(reading.look()).to.equal(4)
  })
})
