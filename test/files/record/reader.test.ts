import { expect } from 'chai'
import {
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { OutputEntry, OutputPage } from '../../../src/core/output.ts'
import { RecordReader } from '../../../src/files/record/reader.ts'
import { RecordWriter } from '../../../src/files/record/writer.ts'
import { scratchFolders } from '../folders.ts'
import { read, readAll, record } from './recorded.ts'

const KIB = 1024

describe('RecordReader', () => {
  const scratch = scratchFolders()

  it('shows lines with the place behind them, their time and their attempt', async () => {
    const folder = scratch()
    record(folder, { attempt: 1, now: () => 10 }, 'one\ntw', 'o\n')
    record(folder, { attempt: 2, now: () => 20 }, '\nthree\r\n')
    expect(await read(folder)).to.deep.equal({
      items: [
        { seq: 4, time: 10, stream: 'stdout', text: 'one', attempt: 1 },
        { seq: 8, time: 10, stream: 'stdout', text: 'two', attempt: 1 },
        { seq: 9, time: 20, stream: 'stdout', text: '', attempt: 2 },
        { seq: 16, time: 20, stream: 'stdout', text: 'three\r', attempt: 2 },
      ],
      cursor: 16,
      dropped: 0,
    })
  })

  it('knows nothing of a stream that was not recorded, nor of a folder that is not there', async () => {
    const folder = scratch()
    record(folder, { attempt: 1 }, 'x\n')
    const query = { after: 0, limit: 10 }
    expect(await new RecordReader(folder).read({ ...query, stream: 'stderr' })).to.equal(undefined)
    const nowhere = new RecordReader(join(folder, 'nowhere'))
    expect(await nowhere.read({ ...query, stream: 'stdout' })).to.equal(undefined)
  })

  it('goes on where a page ended, also when more has come', async () => {
    const folder = scratch()
    record(folder, { attempt: 1 }, 'one\ntwo\nthr')
    const first = await read(folder, { limit: 1 })
    expect(first.items.map((one) => one.text)).to.deep.equal(['one'])
    const second = await read(folder, { after: first.cursor })
    expect(second.items.map((one) => one.text)).to.deep.equal(['two'])
    expect(await read(folder, { after: second.cursor })).to.deep.include({ items: [], cursor: 8 })
    record(folder, { attempt: 1 }, 'ee\n')
    const third = await read(folder, { after: second.cursor })
    expect(third.items.map((one) => one.text)).to.deep.equal(['three'])
  })

  it('shows what stands behind the last line end only when asked to, as a part', async () => {
    const folder = scratch()
    record(folder, { attempt: 1 }, 'one\nrest')
    expect((await read(folder)).items).to.have.length(1)
    const [, rest] = (await read(folder, { rest: true })).items
    expect(rest).to.include({ text: 'rest', partial: true, seq: 8 })
  })

  it('ends the last line of an attempt where the next one begins', async () => {
    const folder = scratch()
    record(folder, { attempt: 1 }, 'one\nkill')
    record(folder, { attempt: 2 }, 'ed\n')
    const { items } = await read(folder)
    expect(items.map((one) => [one.text, one.partial, one.attempt])).to.deep.equal([
      ['one', undefined, 1],
      ['kill', true, 1],
      ['ed', undefined, 2],
    ])
  })

  it('tells the bytes of a line that is not UTF-8, and of no other', async () => {
    const folder = scratch()
    record(folder, { attempt: 1 }, 'ä\n', Buffer.from([0x61, 0xff, 0x0a]), '€\n')
    const { items } = await read(folder)
    expect(items.map((one) => [one.text, one.base64])).to.deep.equal([
      ['ä', undefined],
      ['a\ufffd', 'Yf8='],
      ['€', undefined],
    ])
  })

  it('shows a line of 64 KiB as one entry, and cuts longer ones, between characters', async () => {
    const folder = scratch()
    const longest = 'x'.repeat(64 * KIB)
    record(folder, { attempt: 1 }, `${longest}\n`)
    expect((await read(folder)).items.map((one) => one.partial)).to.deep.equal([undefined])
    const other = scratch()
    const line = `x${'€'.repeat(50_000)}`
    record(other, { attempt: 1 }, line)
    const parts = await readAll(other)
    expect(parts.map((one) => [one.text!.length, one.partial, one.base64])).to.deep.equal([
      [1 + 21_845, true, undefined],
      [21_845, true, undefined],
    ])
    record(other, { attempt: 1 }, '\n')
    const whole = await readAll(other)
    expect(whole.slice(0, 2)).to.deep.equal(parts)
    expect(whole.map((one) => one.partial)).to.deep.equal([true, true, undefined])
    expect(whole.map((one) => one.text).join('')).to.equal(line)
  })

  it('ends a page after about a MiB', async () => {
    const folder = scratch()
    const chunk = 'x'.repeat(999).concat('\n').repeat(64)
    record(folder, { attempt: 1 }, ...Array.from({ length: 40 }, () => chunk))
    const page = await read(folder, { limit: 100_000 })
    expect(page.cursor).to.be.within(1_024 * KIB, 1_300 * KIB)
    expect(await readAll(folder, { limit: 100_000 })).to.have.length(2_560)
  })

  it('begins behind a line whose beginning was dropped, and counts it as dropped', async () => {
    const folder = scratch()
    const line = `${'x'.repeat(999)}\n`
    // No chunk has a line end near its end, so segments cannot begin with a line.
    const text = Buffer.from(line.repeat(400))
    const writer = new RecordWriter(folder, 'stdout', { attempt: 1, keep: 128 * KIB })
    for (let at = 0; at < text.length; at += 777) writer.write(text.subarray(at, at + 777))
    const page = await read(folder, { limit: 10_000 })
    expect(page.dropped % 1000).to.equal(0)
    expect(page.items[0]).to.include({ text: 'x'.repeat(999), seq: page.dropped + 1000 })
    expect(page.cursor).to.equal(400_000)
    const kept = await read(folder, { after: page.dropped, limit: 1 })
    expect(kept.items[0]).to.deep.equal(page.items[0])
  })

  it('ends a line where bytes after it were lost, and leaves out what is left of one behind the gap', async () => {
    const folder = join(scratch(), 'record')
    const away = `${folder}-away`
    mkdirSync(folder)
    record(folder, { attempt: 1 }, 'one\ntw')
    renameSync(folder, away)
    let time = 0
    const writer = new RecordWriter(folder, 'stdout', { attempt: 1, now: () => time })
    writer.write(Buffer.from('o\nthr'))
    renameSync(away, folder)
    time = 2_000
    writer.write(Buffer.from('ee\nfour\n'))
    const page = await read(folder)
    expect(page.items.map((one) => [one.text, one.partial, one.seq])).to.deep.equal([
      ['one', undefined, 4],
      ['tw', true, 6],
      ['four', undefined, 19],
    ])
    expect(page.dropped).to.equal(5 + 3)
    expect((await read(folder, { tail: 2 })).items).to.deep.equal(page.items.slice(1))
  })

  it('reads the end of a large record without the rest of it', async () => {
    const folder = scratch()
    const chunk = `${'x'.repeat(99)}\n`.repeat(600)
    record(folder, { attempt: 1 }, ...Array.from({ length: 200 }, () => chunk))
    const { items, cursor } = await read(folder, { tail: 3, limit: 10 })
    expect(items.map((one) => one.seq)).to.deep.equal([11_999_800, 11_999_900, 12_000_000])
    expect(cursor).to.equal(12_000_000)
    const none = await read(folder, { tail: 0 })
    expect(none).to.deep.include({ items: [], cursor: 12_000_000 })
  })

  it('finds the same entries from behind where a long line ends just at a cut', async () => {
    const folder = scratch()
    const short = `${'x'.repeat(199)}\n`
    record(folder, { attempt: 1 }, 'y'.repeat(128 * KIB), '\n', short.repeat(400))
    const all = await readAll(folder)
    expect((await read(folder, { tail: 401 })).items).to.deep.equal(all.slice(-401))
    expect(all).to.have.length(402)
  })

  it('leaves out the rest of a line behind a gap from behind too', async () => {
    const folder = join(scratch(), 'made-later')
    let time = 0
    const writer = new RecordWriter(folder, 'stdout', { attempt: 1, now: () => time })
    writer.write(Buffer.alloc(100_000, 'x'))
    mkdirSync(folder)
    time = 2_000
    writer.write(Buffer.concat([Buffer.alloc(60_000, 'y'), Buffer.from('\n')]))
    for (let i = 0; i < 900; i++) writer.write(Buffer.from(`${'z'.repeat(99)}\n`))
    writer.close()
    const { items, dropped } = await read(folder, { limit: 1000, tail: 901 })
    expect([items.length, dropped]).to.deep.equal([900, 160_001])
    expect(items).to.deep.equal(await readAll(folder))
  })

  it('shows no byte twice where two writers were at work', async () => {
    const folder = scratch()
    writeFileSync(join(folder, 'stdout.0000000000000000'), 'one\ntwo\nlate\n')
    writeFileSync(join(folder, 'stdout.0000000000000008'), 'three\n')
    const texts = (await readAll(folder)).map((one) => one.text)
    expect(texts).to.deep.equal(['one', 'two', 'three'])
  })

  it('finds the time of a line among very many', async () => {
    const folder = scratch()
    let time = 0
    const writer = new RecordWriter(folder, 'stdout', { attempt: 1, now: () => time })
    const second = new RecordWriter(folder, 'stdout', { attempt: 2, now: () => time })
    for (; time < 100_000; time += 10) writer.write(Buffer.from(`${String(time).padStart(9, '0')}\n`))
    writer.close()
    for (; time < 200_000; time += 10) second.write(Buffer.from(`${String(time).padStart(9, '0')}\n`))
    second.close()
    for (const entry of await readAll(folder, { limit: 777 })) {
      expect(entry.time).to.equal(Number(entry.text))
      expect(entry.attempt).to.equal(entry.time < 100_000 ? 1 : 2)
    }
    const [one] = (await read(folder, { after: 123_450, limit: 1 })).items
    expect(one).to.include({ text: '000123450', time: 123_450, attempt: 2 })
  })

  it('reads a record whose times are gone', async () => {
    const folder = scratch()
    record(folder, { attempt: 1 }, 'one\n')
    unlinkSync(join(folder, 'stdout.0000000000000000.times'))
    const [entry] = (await read(folder)).items
    expect(entry).to.include({ text: 'one', attempt: 1 })
    expect(entry!.time).to.be.closeTo(Date.now(), 60_000)
  })

  it('reads on while the oldest is being dropped', async () => {
    const folder = scratch()
    const writer = new RecordWriter(folder, 'stdout', { attempt: 1, keep: 256 * KIB })
    const chunk = Buffer.from(`${'x'.repeat(99)}\n`.repeat(300))
    writer.write(chunk)
    const reading = new AbortController()
    const writes = (async () => {
      while (!reading.signal.aborted) {
        writer.write(chunk)
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    for (let i = 0; i < 200; i++) {
      const { items } = await read(folder, { limit: 500 })
      expect(items.every((one) => one.text!.length === 99)).to.equal(true)
    }
    reading.abort()
    await writes
  })

  it('hands out all that is there by small pages, with no file open while one is looked at', async () => {
    const folder = scratch()
    const chunk = `${'x'.repeat(99)}\n`.repeat(600)
    record(folder, { attempt: 1 }, ...Array.from({ length: 50 }, () => chunk))
    const seen: OutputEntry[] = []
    for await (const { items } of (await new RecordReader(folder).pages({ stream: 'stdout', after: 200 }))!) {
      expect(items).to.have.length.within(1, 4_096)
      expect(openIn(folder)).to.deep.equal([])
      seen.push(...items)
    }
    expect(seen).to.deep.equal((await readAll(folder)).slice(2))
  })

  it('goes on with what is kept where pages are taken slowly and the oldest is dropped meanwhile', async () => {
    const folder = scratch()
    const writer = new RecordWriter(folder, 'stdout', { attempt: 1, keep: 4_096 * KIB })
    const write = (kib: number): void => {
      for (let at = 0; at < kib; at += 64) writer.write(Buffer.alloc(64 * KIB, `${'x'.repeat(63)}\n`))
    }
    write(4_096)
    const pages = (await new RecordReader(folder).pages({ stream: 'stdout', after: 0 }))!
    const first = (await pages.next()).value as OutputPage
    write(8_192)
    let [shown, last] = [first.items.length, first]
    for await (const page of pages) [shown, last] = [shown + page.items.length, page]
    expect(last.cursor).to.equal(12_288 * KIB)
    expect(last.dropped).to.be.within(7_168 * KIB, 8_192 * KIB)
    expect(shown * 64).to.be.within(4_096 * KIB, 6_144 * KIB)
    writer.close()
  })

  it('says so when a record has become shorter under its hands', async () => {
    const folder = scratch()
    record(folder, { attempt: 1 }, 'one\ntwo\n')
    truncateSync(join(folder, 'stdout.0000000000000000'), 4)
    expect((await read(folder)).items.map((one) => one.text)).to.deep.equal(['one'])
    expect((await read(folder, { after: 8 })).items).to.deep.equal([])
  })
})

/** Files of the folder that this process has open. */
function openIn(folder: string): string[] {
  return readdirSync('/proc/self/fd')
    .map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`)
      } catch {
        // That with which the folder is read.
        return ''
      }
    })
    .filter((path) => path.startsWith(folder))
}
