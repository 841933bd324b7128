import { readlink } from 'node:fs/promises'
import { createGzip, type Gzip } from 'node:zlib'
import type { Header, Pack } from 'tar-stream'
import type { FileInfo } from '../core/files.ts'
import { unlessAbsent } from './folder.ts'
import { rawName, shownName } from './raw-names.ts'
import { blocksOf } from './record/bytes.ts'
import { RecordContent } from './record/content.ts'
import { shown, streamAt, type Shown, type TaskFiles } from './shown.ts'

/** Logs shrink well with the least effort, and whoever waits for an archive waits for this. */
const LEVEL = 1

/**
 * All that is shown of a task as a tar archive, gzipped, made as fast as it is read. Links are archived as links; pipes,
 * sockets and devices are left out. A file is as long as it was when its turn came.
 */
export async function* archiveOf(task: TaskFiles): AsyncGenerator<Uint8Array> {
  const gzip = createGzip({ level: LEVEL })
  const feeding = feed(gzip, tarOf(task))
  try {
    for await (const chunk of gzip) yield chunk as Uint8Array
  } finally {
    gzip.destroy()
    await feeding
  }
}

/** Gives all of it to the stream, whose reader hears of a failure; stops when nobody reads on. */
async function feed(gzip: Gzip, tar: AsyncIterable<Uint8Array>): Promise<void> {
  const woken = waiter(gzip, 'drain', 'close')
  try {
    for await (const chunk of tar) {
      if (!gzip.destroyed && !gzip.write(chunk)) await woken()
      if (gzip.destroyed) return
    }
    gzip.end()
  } catch (error) {
    gzip.destroy(error as Error)
  }
}

/** One entry is begun when all before it were read: headers alone know no backpressure, and there may be a million. */
async function* tarOf(task: TaskFiles): AsyncGenerator<Uint8Array> {
  // Loaded by whoever makes the first archive: a service that makes none starts without it.
  const { pack } = await import('tar-stream')
  const packing = pack()
  // Its reader hears of it from the entry that was being added.
  packing.on('error', () => {})
  try {
    for await (const one of shown(task)) yield* readWhile(packing, add(packing, one, task))
    packing.finalize()
    yield* readWhile(packing, Promise.resolve())
  } finally {
    packing.destroy()
  }
}

/** What is in the archive until an entry has been added. Nobody reading on ends that too. */
async function* readWhile(packing: Pack, adding: Promise<void>): AsyncGenerator<Uint8Array> {
  const woken = waiter(packing, 'readable', 'added')
  let pending = true
  const settled = adding.finally(() => {
    pending = false
    packing.emit('added')
  })
  settled.catch(() => {})
  try {
    for (;;) {
      const chunk = packing.read() as Uint8Array | null
      if (chunk !== null) yield chunk
      else if (pending) await woken()
      else break
    }
    await settled
  } finally {
    woken.off()
    if (pending) packing.destroy()
    await settled.catch(() => {})
  }
}

async function add(packing: Pack, { info, step }: Shown, task: TaskFiles): Promise<void> {
  const header = headerOf(info, step?.mode)
  if (info.kind === 'folder')
    return addEntry(packing, { ...header, type: 'directory', name: `${info.path}/` })
  if (step === undefined) {
    const content = await RecordContent.open(task.record, streamAt(info.path.split('/'))!)
    if (content === undefined) return
    try {
      await addEntry(packing, { ...header, size: content.size }, content.read())
    } finally {
      await content.close()
    }
    return
  }
  if (info.kind === 'link') {
    const target = await readlink(step.folder.path(step.name), { encoding: 'buffer' }).catch(unlessAbsent)
    // tar-stream would take an empty one for a link whose target is still to be written.
    if (target === undefined || target.length === 0) return
    return addEntry(packing, { ...header, type: 'symlink', linkname: shownName(rawName(target)) })
  }
  if (info.kind !== 'file') return
  const file = await step.folder.file(step.name)
  if (file === undefined) return
  try {
    const { size } = await file.stat()
    await addEntry(packing, { ...header, size }, blocksOf(file, 0, size, 'zeros'))
  } finally {
    await file.close()
  }
}

type EntryHeader = Pick<Header, 'name'> & Partial<Header>

function headerOf(info: FileInfo, mode = info.kind === 'folder' ? 0o755 : 0o644): EntryHeader {
  return { name: info.path, mode: mode & 0o777, mtime: new Date(info.modifiedAt), type: 'file', size: 0 }
}

/** Resolves when the entry is in the archive, which is when its reader has come so far. */
async function addEntry(
  packing: Pack,
  header: EntryHeader,
  blocks?: AsyncIterable<Uint8Array>,
): Promise<void> {
  let added = (_error: Error | null | undefined): void => {}
  const done = new Promise<void>((resolve, reject) => {
    added = (error) => (error === null || error === undefined ? resolve() : reject(error))
  })
  done.catch(() => {})
  const sink = packing.entry(header, added)
  sink.on('error', () => {})
  const woken = waiter(sink, 'drain', 'close')
  try {
    for await (const block of blocks ?? []) {
      if (!sink.destroyed && !sink.write(block)) await woken()
      if (sink.destroyed) break
    }
  } catch (error) {
    sink.destroy(error as Error)
    throw error
  }
  sink.end(undefined)
  await done
}

/** What both kinds of streams here have. */
interface Emitter {
  on(event: string, listener: () => void): unknown
  off(event: string, listener: () => void): unknown
}

/** Each call resolves at the next of these events. Listens once for all calls: an archive may be of many thousand blocks. */
function waiter(stream: Emitter, ...events: readonly string[]): (() => Promise<void>) & { off(): void } {
  let wake = (): void => {}
  const listener = (): void => wake()
  for (const event of events) stream.on(event, listener)
  const wait = (): Promise<void> => new Promise((resolve) => (wake = resolve))
  return Object.assign(wait, {
    off: () => {
      for (const event of events) stream.off(event, listener)
    },
  })
}
