import type { FileHandle } from 'node:fs/promises'
import type { ByteRange, OpenFile } from '../core/files.ts'
import { unlessAbsent, type Folder } from './folder.ts'
import { namesIn, RECORDS } from './names.ts'
import { blocksOf, closing } from './record/bytes.ts'
import { RecordContent } from './record/content.ts'
import { streamAt, type TaskFiles } from './shown.ts'

/** Opens a file, or a record that is shown as one. Undefined for what is not a regular file, or reached through a link. */
export async function openIn(task: TaskFiles, path: string): Promise<OpenFile | undefined> {
  const names = namesIn(path)
  if (names === undefined) return undefined
  if (names[0] === RECORDS) {
    const stream = streamAt(names)
    const content = stream === undefined ? undefined : await RecordContent.open(task.record, stream)
    return content === undefined ? undefined : openRecord(content, path)
  }
  return task.files === undefined ? undefined : openWorkFile(task.files, names, path)
}

function openRecord(content: RecordContent, path: string): OpenFile {
  return {
    path,
    kind: 'file',
    size: content.size,
    modifiedAt: content.modifiedAt,
    tag: content.tag,
    read: (range) => content.read(range),
    close: () => content.close(),
  }
}

async function openWorkFile(
  files: Folder,
  names: readonly string[],
  path: string,
): Promise<OpenFile | undefined> {
  const folder = await files.below(names.slice(0, -1)).catch(unlessAbsent)
  if (folder === undefined) return undefined
  try {
    const file = await folder.file(await folder.named(names.at(-1)!))
    return file === undefined ? undefined : await described(file, path)
  } finally {
    if (folder !== files) await folder.close()
  }
}

async function described(file: FileHandle, path: string): Promise<OpenFile> {
  const close = (): Promise<void> => file.close()
  try {
    const about = await file.stat({ bigint: true })
    const size = Number(about.size)
    return {
      path,
      kind: 'file',
      size,
      modifiedAt: Math.floor(Number(about.mtimeMs)),
      tag: [about.dev, about.ino, about.mtimeNs, about.size].map((part) => part.toString(36)).join('-'),
      // A file that grows meanwhile is read as it was.
      read: (range: ByteRange = { start: 0, end: size - 1 }) =>
        closing(blocksOf(file, range.start, Math.min(range.end + 1, size)), close),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
