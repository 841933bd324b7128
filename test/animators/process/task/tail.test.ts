import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, readdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RecordTail } from '../../../../src/animators/process/task/tail.ts'

describe('the record of a process, followed', () => {
  let folder: string
  let heard: string
  let lost: number
  let tail: RecordTail
  const segment = (offset: number, stream = 'stdout'): string =>
    join(folder, `${stream}.${String(offset).padStart(16, '0')}`)

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'majordomo-tail-'))
    heard = ''
    lost = 0
    tail = follow('stdout')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  function follow(stream: 'stdout' | 'stderr'): RecordTail {
    return new RecordTail(
      folder,
      stream,
      (bytes) => (heard += Buffer.from(bytes).toString()),
      (bytes) => (lost += bytes),
    )
  }

  it('is heard as it grows, across its segments, and nothing of what was there before', async () => {
    writeFileSync(segment(0), 'before')
    writeFileSync(segment(0, 'stderr'), 'other')
    writeFileSync(`${segment(0)}.times`, 'times')
    await tail.begin()
    appendFileSync(segment(0), 'one ')
    tail.grew()
    appendFileSync(segment(0), 'two ')
    writeFileSync(segment(14), 'three ')
    tail.grew()
    tail.grew()
    writeFileSync(segment(20), 'four')
    await tail.end()
    expect(heard).to.equal('one two three four')
    expect(lost).to.equal(0)
  })

  it('may begin before anything was recorded, and end without anything', async () => {
    await tail.begin()
    tail.grew()
    await tail.end()
    expect(heard).to.equal('')
    const other = follow('stderr')
    await other.begin()
    writeFileSync(segment(0, 'stderr'), 'error')
    other.grew()
    await other.end()
    expect(heard).to.equal('error')
  })

  it('tells how much was dropped before it was read', async () => {
    writeFileSync(segment(0), 'abc')
    await tail.begin()
    appendFileSync(segment(0), 'def')
    writeFileSync(segment(10), 'klm')
    await tail.end()
    expect([heard, lost]).to.deep.equal(['defklm', 4])
    const late = follow('stdout')
    await late.begin()
    for (const offset of [0, 10]) unlinkSync(segment(offset))
    writeFileSync(segment(13), 'nop')
    writeFileSync(segment(20), 'uvw')
    unlinkSync(segment(13))
    heard = ''
    lost = 0
    await late.end()
    expect([heard, lost]).to.deep.equal(['uvw', 7])
  })

  it('is heard to its end though its segments come and go meanwhile', async () => {
    await tail.begin()
    let written = ''
    for (let i = 0; i < 300; i++) {
      const text = `line ${i}\n`
      writeFileSync(segment(written.length), text)
      written += text
      tail.grew()
      if (i % 7 === 0) await new Promise((resolve) => setImmediate(resolve))
      const names = readdirSync(folder).sort()
      if (names.length > 8) unlinkSync(join(folder, names[0]!))
    }
    await tail.end()
    expect(heard.length + lost).to.equal(written.length)
    expect(written.endsWith(heard.slice(-20))).to.equal(true)
  })

  it('loses nothing that is added to a segment just before the next one begins', async () => {
    await tail.begin()
    const writer = spawn(process.execPath, ['-e', WRITES, folder])
    while (writer.exitCode === null) {
      tail.grew()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await tail.end()
    expect(lost).to.equal(0)
    expect(heard === 'abcdef'.repeat(500)).to.equal(true)
  })

  it('is read in whole when it is large', async () => {
    await tail.begin()
    const text = '0123456789'.repeat(50_000)
    writeFileSync(segment(0), text)
    await tail.end()
    expect(heard === text).to.equal(true)
  })

  it('leaves no descriptor behind', async () => {
    const count = (): number => readdirSync('/proc/self/fd').length
    const before = count()
    for (let i = 0; i < 20; i++) {
      const one = follow('stdout')
      await one.begin()
      writeFileSync(segment(i * 3), 'abc')
      one.grew()
      await one.end()
    }
    expect(count()).to.be.at.most(before)
  })
})

/** Writes segments in two steps each. */
const WRITES = `
  const fs = require('fs')
  for (let i = 0; i < 500; i++) {
    const name = process.argv[1] + '/stdout.' + String(i * 6).padStart(16, '0')
    fs.writeFileSync(name, 'abc')
    for (const end = performance.now() + 1; performance.now() < end; );
    fs.appendFileSync(name, 'def')
  }
`
