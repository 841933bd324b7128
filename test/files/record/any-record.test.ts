import { expect } from 'chai'
import * as fc from 'fast-check'
import { isUtf8 } from 'node:buffer'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { segmentOffsets } from '../../../src/files/record/format.ts'
import { scratchFolders } from '../folders.ts'
import { bytesOf, read, readAll, readPages, record } from './recorded.ts'

const KIB = 1024
const LONGEST = 64 * KIB

const lengths = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 200 }) },
  { weight: 2, arbitrary: fc.integer({ min: 200, max: 40_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: LONGEST - 4, max: LONGEST + 6 }) },
  { weight: 1, arbitrary: fc.integer({ min: LONGEST, max: 4 * LONGEST }) },
)
const units = fc.constantFrom<number[]>(
  [0x78],
  [...Buffer.from('€')],
  [...Buffer.from('aä😀')],
  [0xff, 0x80, 0x80, 0x80],
  [0x80],
  [0x00, 0xe2, 0x82],
)
const line = fc
  .record({ length: lengths, unit: units, ended: fc.integer({ min: 0, max: 9 }), times: fc.nat({ max: 8 }) })
  .map(({ length, unit, ended, times }) => {
    const bytes = Buffer.alloc(length, Buffer.from(unit))
    const one = ended === 0 ? bytes : Buffer.concat([bytes, Buffer.from('\n')])
    return Buffer.concat(Array.from({ length: length < 200 ? 1 + times * 20 : 1 }, () => one))
  })
const attempt = fc.record({
  lines: fc.array(line, { maxLength: 8 }).map((lines) => Buffer.concat(lines)),
  chunk: fc.oneof(fc.integer({ min: 500, max: 5_000 }), fc.integer({ min: 5_000, max: LONGEST })),
})
const keep = fc.constantFrom(undefined, 1, 100_000, 600_000)

describe('Any record', () => {
  const scratch = scratchFolders()

  it('is read as it was written, from whatever side and by whatever pages', async () => {
    const root = scratch()
    const property = fc.asyncProperty(
      fc.array(attempt, { minLength: 1, maxLength: 3 }),
      keep,
      fc.integer({ min: 20, max: 200 }),
      async (attempts, kept, limit) => {
        const folder = mkdtempSync(join(root, 'record-'))
        let time = 0
        const starts: number[] = []
        for (const [i, { lines, chunk }] of attempts.entries()) {
          const options = { attempt: i + 1, now: () => (time += 3), ...(kept && { keep: kept }) }
          const chunks = Array.from({ length: Math.ceil(lines.length / chunk) }, (_, n) =>
            lines.subarray(n * chunk, (n + 1) * chunk),
          )
          starts.push(attempts.slice(0, i).reduce((sum, one) => sum + one.lines.length, 0))
          record(folder, options, ...chunks)
        }
        const stream = Buffer.concat(attempts.map((one) => one.lines))
        if (stream.length === 0) return

        const first = segmentOffsets(readdirSync(folder), 'stdout')[0]!
        const begin = first + brokenLine(stream, first, starts)
        expect(stream.length - first).to.be.at.least(Math.min(kept ?? Infinity, stream.length))

        const all = await readAll(folder, { limit: 1e9, rest: true })
        expect(Buffer.concat(all.map(bytesOf)).equals(stream.subarray(begin)), 'the bytes').to.equal(true)
        expect((await read(folder)).dropped).to.equal(begin)

        let place = begin
        for (const entry of all) {
          const bytes = bytesOf(entry)
          expect(entry.attempt).to.equal(starts.filter((start) => start <= place).length)
          expect(bytes.length).to.be.at.most(LONGEST + 4)
          expect(entry.base64 === undefined).to.equal(isUtf8(bytes))
          place += bytes.length
          expect(entry.seq).to.equal(place)
        }
        expect(await readAll(folder, { limit, rest: true }), 'paged').to.deep.equal(all)
        const small = await readPages(folder, { rest: true })
        expect(
          small.flatMap((page) => page.items),
          'by small pages',
        ).to.deep.equal(all)
        for (const page of small) expect(page.cursor).to.equal(page.items.at(-1)!.seq)
        expect(small[0]?.dropped ?? begin).to.equal(begin)
        const running = await readAll(folder, { limit: 1e9 })
        expect(running, 'without the rest').to.deep.equal(all.slice(0, running.length))
        expect(all.length - running.length).to.be.at.most(1)
        const tail = await read(folder, { tail: limit, limit: 1e9, rest: true })
        expect(tail.items, 'from behind').to.deep.equal(
          all
            .slice(-limit)
            .filter((one) => one.seq > stream.length - 1_024 * KIB || tail.items.includes(one)),
        )
        rmSync(folder, { recursive: true })
      },
    )
    await fc.assert(property, { numRuns: 50 })
  })
})

/** Bytes at the start of what is kept that belong to a line whose beginning is not. */
function brokenLine(stream: Buffer, first: number, starts: readonly number[]): number {
  if (first === 0 || stream[first - 1] === 0x0a || starts.includes(first)) return 0
  const end = Math.min(first + LONGEST, ...starts.filter((start) => start > first))
  const bytes = stream.subarray(first, end)
  const lineEnd = bytes.indexOf('\n')
  if (lineEnd !== -1) return lineEnd + 1
  let skipped = 0
  while (skipped < 3 && (bytes[skipped]! & 0xc0) === 0x80) skipped++
  return skipped
}
