import { MajordomoError } from '../core/errors.ts'
import type { FileInfo, FilePage, FileQuery } from '../core/files.ts'
import { unlessAbsent, type Folder } from './folder.ts'
import { compareNames, namesIn, RECORDS } from './names.ts'
import { RecordContent } from './record/content.ts'
import type { PrintStream } from './record/format.ts'
import { walk, type Step } from './walk.ts'

/** What users see of a task's files. */
export interface TaskFiles {
  /** The working directory, open; undefined where a process has removed it. */
  readonly files: Folder | undefined
  /** The folder of the record. */
  readonly record: string
}

/** A stream of the record, shown as a file that is not there, or the folder of these. */
export interface Shown {
  readonly info: FileInfo
  readonly step?: Step
}

/** A longer path could be asked for by nobody, and no page could go on behind it: it is not listed. Archives have it. */
const LONGEST_PATH = 4096

export const PRINT_STREAMS = ['stdout', 'stderr'] as const satisfies readonly PrintStream[]

/** The stream that this path shows, if there is one. */
export function streamAt(names: readonly string[]): PrintStream | undefined {
  if (names.length !== 2 || names[0] !== RECORDS) return undefined
  return PRINT_STREAMS.find((stream) => stream === names[1])
}

/** All that is shown behind a path, in the order of names. */
export async function* shown(task: TaskFiles, after: readonly string[] = []): AsyncGenerator<Shown> {
  const records = await recordsOf(task.record, after)
  if (task.files !== undefined) {
    for await (const step of walk(task.files, '', after, [RECORDS])) {
      while (records.length > 0 && compareNames(split(records[0]!), split(step.info)) < 0)
        yield { info: records.shift()! }
      yield { info: step.info, step }
    }
  }
  for (const info of records) yield { info }
}

/** @throws {MajordomoError} `invalid-cursor` for an `after` that is no path */
export async function pageOf(
  task: TaskFiles,
  query: Pick<FileQuery, 'folder' | 'after'> & { readonly limit: number },
): Promise<FilePage> {
  const folder = query.folder === undefined ? [] : namesIn(query.folder.replace(/\/$/, ''))
  const after = query.after === undefined ? [] : namesIn(query.after)
  if (after === undefined) throw new MajordomoError('invalid-cursor')
  const items: FileInfo[] = []
  if (folder === undefined) return { items }
  for await (const info of shownIn(task, folder, after)) {
    if (info.path.length > LONGEST_PATH) continue
    if (items.length === query.limit) return { items, cursor: items.at(-1)!.path }
    items.push(info)
  }
  return { items }
}

async function* shownIn(
  task: TaskFiles,
  names: readonly string[],
  after: readonly string[],
): AsyncGenerator<FileInfo> {
  if (names.length === 0) {
    for await (const { info } of shown(task, after)) yield info
    return
  }
  if (names[0] === RECORDS) {
    const [, ...records] = await recordsOf(task.record)
    if (names.length > 1) return
    for (const info of records) if (compareNames(split(info), after) > 0) yield info
    return
  }
  // Behind a path that does not lie in the folder: all of it, or nothing.
  const within = compareNames(after.slice(0, names.length), names) === 0
  if (!within && compareNames(after, names) > 0) return
  const folder = await task.files?.below(names).catch(unlessAbsent)
  if (folder === undefined) return
  try {
    const rest = within ? after.slice(names.length) : []
    for await (const { info } of walk(folder, `${names.join('/')}/`, rest)) yield info
  } finally {
    await folder.close()
  }
}

/** The folder of the records and those in it; none where nothing was recorded. */
async function recordsOf(record: string, after: readonly string[] = []): Promise<FileInfo[]> {
  const records: FileInfo[] = []
  for (const stream of PRINT_STREAMS) {
    const look = await RecordContent.look(record, stream)
    if (look !== undefined) records.push({ path: `${RECORDS}/${stream}`, kind: 'file', ...look })
  }
  if (records.length === 0) return []
  const modifiedAt = Math.max(...records.map((one) => one.modifiedAt))
  records.sort((a, b) => (a.path < b.path ? -1 : 1))
  records.unshift({ path: RECORDS, kind: 'folder', size: 0, modifiedAt })
  return records.filter((one) => compareNames(split(one), after) > 0)
}

function split(info: FileInfo): string[] {
  return info.path.split('/')
}
