import { expect } from 'chai'
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MARK_BYTES, readMark, type TimeMark } from '../../../src/files/record/format.ts'
import { RecordWriter } from '../../../src/files/record/writer.ts'
import { onSmallDisk, scratchFolders } from '../folders.ts'

const KIB = 1024
const FIRST = 'stdout.0000000000000000'

function marks(folder: string, segment: string): TimeMark[] {
  const bytes = readFileSync(join(folder, `${segment}.times`))
  return Array.from({ length: Math.floor(bytes.length / MARK_BYTES) }, (_, i) =>
    readMark(bytes, i * MARK_BYTES),
  )
}

function segments(folder: string): { name: string; offset: number; bytes: Buffer }[] {
  return readdirSync(folder)
    .filter((name) => !name.endsWith('.times'))
    .sort()
    .map((name) => ({ name, offset: Number(name.split('.')[1]), bytes: readFileSync(join(folder, name)) }))
}

describe('RecordWriter', () => {
  const scratch = scratchFolders()

  it('writes what it is given, byte for byte, and when it came', () => {
    const folder = scratch()
    let time = 1_000
    const writer = new RecordWriter(folder, 'stdout', { attempt: 3, now: () => time })
    writer.write(Buffer.from('one\n'))
    time = 2_000
    writer.write(Buffer.from([0xff, 0x00, 0x0a]))
    writer.close()
    expect(readFileSync(join(folder, FIRST))).to.deep.equal(Buffer.from('one\n\xff\x00\n', 'latin1'))
    expect(marks(folder, FIRST)).to.deep.equal([
      { offset: 0, time: 1_000, attempt: 3, midLine: false },
      { offset: 4, time: 2_000, attempt: 3, midLine: false },
    ])
    expect([writer.size, writer.written, writer.lost, writer.fault]).to.deep.equal([7, 7, 0, undefined])
  })

  it('makes no file before the first byte', () => {
    const folder = scratch()
    const writer = new RecordWriter(folder, 'stderr', { attempt: 1 })
    writer.write(Buffer.alloc(0))
    expect(writer.size).to.equal(0)
    writer.close()
    expect(readdirSync(folder)).to.deep.equal([])
  })

  it('notes a time at most each 10 ms', () => {
    const folder = scratch()
    let time = 0
    const writer = new RecordWriter(folder, 'stdout', { attempt: 1, now: () => time })
    for (time = 0; time < 30; time++) writer.write(Buffer.from('x'))
    expect(marks(folder, FIRST).map((mark) => mark.offset)).to.deep.equal([0, 10, 20])
  })

  it('appends to what earlier attempts recorded, and marks where it begins', () => {
    const folder = scratch()
    const first = new RecordWriter(folder, 'stdout', { attempt: 1, now: () => 5 })
    first.write(Buffer.from('half a li'))
    first.close()
    const second = new RecordWriter(folder, 'stdout', { attempt: 2, now: () => 6 })
    expect(second.size).to.equal(9)
    second.write(Buffer.from('again\n'))
    expect([second.size, second.written]).to.deep.equal([15, 6])
    expect(segments(folder).map((one) => String(one.bytes))).to.deep.equal(['half a liagain\n'])
    expect(marks(folder, FIRST).map((mark) => [mark.offset, mark.attempt])).to.deep.equal([
      [0, 1],
      [9, 2],
    ])
  })

  it('keeps what it was told to keep, and at most an eighth more, of long streams', () => {
    const folder = scratch()
    const keep = 1_024 * KIB
    const writer = new RecordWriter(folder, 'stdout', { attempt: 1, keep })
    const line = Buffer.from(`${'x'.repeat(99)}\n`)
    const chunk = Buffer.concat(Array.from({ length: 300 }, () => line))
    for (let i = 0; i < 100; i++) {
      writer.write(chunk)
      const kept = segments(folder).reduce((sum, one) => sum + one.bytes.length, 0)
      expect(kept)
        .to.be.at.least(Math.min(keep, writer.size))
        .and.at.most(keep + keep / 8)
    }
    expect(writer.size).to.equal(3_000_000)
    let end = segments(folder)[0]!.offset
    for (const { offset, bytes } of segments(folder)) {
      expect(offset).to.equal(end)
      expect(offset % 100, 'segments begin with a line').to.equal(0)
      end += bytes.length
    }
    expect(end).to.equal(3_000_000)
    expect(readdirSync(folder).filter((name) => name.endsWith('.times'))).to.have.length(
      segments(folder).length,
    )
  })

  it('marks segments that begin in the middle of a line, because it does not end', () => {
    const folder = scratch()
    const writer = new RecordWriter(folder, 'stdout', { attempt: 1, keep: 1 })
    writer.write(Buffer.alloc(100 * KIB, 'x'))
    writer.close()
    const [only] = segments(folder)
    expect([only!.offset, only!.bytes.length]).to.deep.equal([64 * KIB, 36 * KIB])
    expect(marks(folder, only!.name)[0]).to.include({ offset: 64 * KIB, midLine: true })
  })

  it('does not throw where it cannot write: it counts, tries again after a second, and leaves a gap', () => {
    const folder = join(scratch(), 'made-later')
    let time = 0
    const writer = new RecordWriter(folder, 'stdout', { attempt: 1, now: () => time })
    writer.write(Buffer.from('lost\nlo'))
    expect([writer.size, writer.lost]).to.deep.equal([7, 7])
    expect(writer.fault).to.match(/ENOENT/)
    mkdirSync(folder)
    time = 999
    writer.write(Buffer.from('st'))
    expect([writer.written, writer.lost]).to.deep.equal([9, 9])
    time = 1_000
    writer.write(Buffer.from(', kept\n'))
    expect([writer.size, writer.lost]).to.deep.equal([16, 9])
    const [only] = segments(folder)
    expect([only!.offset, String(only!.bytes)]).to.deep.equal([9, ', kept\n'])
    expect(marks(folder, only!.name)[0]).to.include({ offset: 9, midLine: true })
  })

  it('shows at its end that bytes are missing there', () => {
    const folder = join(scratch(), 'made-later')
    const writer = new RecordWriter(folder, 'stdout', { attempt: 1 })
    writer.write(Buffer.from('lost'))
    mkdirSync(folder)
    writer.close()
    expect(segments(folder).map((one) => one.offset)).to.deep.equal([4])
    expect(new RecordWriter(folder, 'stdout', { attempt: 2 }).size).to.equal(4)
  })

  it('loses what a full disk does not take, and goes on when there is room again', async function () {
    let time = 0
    const outcome = await onSmallDisk(scratch(), 256, (folder) => {
      const writer = new RecordWriter(folder, 'stdout', { attempt: 1, now: () => time })
      for (let i = 0; i < 8; i++) writer.write(Buffer.alloc(64 * KIB, 'x'))
      expect(writer.written).to.equal(512 * KIB)
      expect(writer.lost).to.be.greaterThan(256 * KIB)
      expect(writer.fault).to.match(/ENOSPC/)
      writeFileSync(join(folder, FIRST), '')
      time = 1_000
      writer.write(Buffer.from('room again\n'))
      writer.close()
      const last = segments(folder).at(-1)!
      expect([last.offset, String(last.bytes)]).to.deep.equal([512 * KIB, 'room again\n'])
    })
    if (outcome === 'cannot mount') this.skip()
  })

  it('repairs a time that was only half written when its process was killed', () => {
    const folder = scratch()
    writeFileSync(join(folder, FIRST), 'abc')
    writeFileSync(join(folder, `${FIRST}.times`), Buffer.alloc(MARK_BYTES + 7))
    const writer = new RecordWriter(folder, 'stdout', { attempt: 2, now: () => 8 })
    writer.write(Buffer.from('d'))
    writer.close()
    expect(marks(folder, FIRST).at(-1)).to.deep.equal({ offset: 3, time: 8, attempt: 2, midLine: false })
    expect(readFileSync(join(folder, `${FIRST}.times`))).to.have.length(2 * MARK_BYTES)
  })

  it('does not write through a link that was put in its place', () => {
    const folder = scratch()
    const victim = join(scratch(), 'victim')
    writeFileSync(victim, 'mine')
    symlinkSync(victim, join(folder, FIRST))
    const writer = new RecordWriter(folder, 'stdout', { attempt: 1 })
    writer.write(Buffer.from('x'))
    writer.close()
    expect(String(readFileSync(victim))).to.equal('mine')
    expect(writer.lost).to.equal(1)
  })
})
