import { RecordReader, type RecordQuery, type RecordSelection } from '../../../src/files/record/reader.ts'
import { RecordWriter, type RecordOptions } from '../../../src/files/record/writer.ts'
import type { OutputEntry, OutputPage } from '../../../src/core/output.ts'

/** Records what one attempt prints, in these chunks. */
export function record(
  folder: string,
  options: RecordOptions,
  ...chunks: readonly (string | Uint8Array)[]
): RecordWriter {
  const writer = new RecordWriter(folder, 'stdout', options)
  for (const chunk of chunks) writer.write(Buffer.from(chunk as string))
  writer.close()
  return writer
}

export async function read(folder: string, query: Partial<RecordQuery> = {}): Promise<OutputPage> {
  const page = await new RecordReader(folder).read({ stream: 'stdout', after: 0, limit: 1000, ...query })
  if (page === undefined) throw new Error('nothing was recorded')
  return page
}

/** All entries, page by page. */
export async function readAll(folder: string, query: Partial<RecordQuery> = {}): Promise<OutputEntry[]> {
  const all: OutputEntry[] = []
  for (let after = 0; ;) {
    const page = await read(folder, { ...query, after })
    if (page.items.length === 0) return all
    all.push(...page.items)
    after = page.cursor
  }
}

/** The same by the small pages of a reader that follows. */
export async function readPages(folder: string, query: Partial<RecordSelection> = {}): Promise<OutputPage[]> {
  const pages: OutputPage[] = []
  const all = await new RecordReader(folder).pages({ stream: 'stdout', after: 0, ...query })
  for await (const page of all ?? []) pages.push(page)
  return pages
}

/** The bytes that an entry tells of. */
export function bytesOf(entry: OutputEntry): Buffer {
  const line = entry.base64 === undefined ? Buffer.from(entry.text!) : Buffer.from(entry.base64, 'base64')
  return entry.partial === true ? line : Buffer.concat([line, Buffer.from('\n')])
}
