import { MajordomoError } from '../../core/errors.ts'
import type { ByteRange, OpenFile } from '../../core/files.ts'
import { viewed } from '../guards.ts'
import type { Call, Handler } from '../handler.ts'
import { disposition, fileTag, GUARDED, lastModified } from '../files/headers.ts'
import { mediaType, shownType } from '../files/media-type.ts'
import { rangeOf } from '../files/range.ts'
import { continues, isUnchanged } from '../preconditions.ts'
import type { Outgoing } from '../outgoing.ts'

export const listFiles: Handler<'listFiles'> = async (call) => {
  const { id } = await viewed(call, call.params.id)
  const { folder, cursor: after, limit } = call.query
  const page = await call.manager.files(id, {
    ...(folder !== undefined && { folder }),
    ...(after !== undefined && { after }),
    ...(limit !== undefined && { limit }),
  })
  const items = page.items.map((file) => call.wire.file(file))
  return { status: 200, body: { items, ...(page.cursor !== undefined && { cursor: page.cursor }) } }
}

export const readFile: Handler<'readFile'> = async (call) => {
  const { id } = await viewed(call, call.params.id)
  const file = await call.manager.openFile(id, call.params.path)
  let isRead = false
  try {
    const reply = answerWith(call, file)
    isRead = reply.content !== undefined && !call.head
    return reply
  } finally {
    if (!isRead) await file.close()
  }
}

/** All of the file, the part of it that was asked for, or that the reader has it already. */
function answerWith({ headers: asked, query, head }: Call<'readFile'>, file: OpenFile) {
  const etag = fileTag(file.tag)
  const modified = lastModified(file)
  const validators = { etag, 'last-modified': modified }
  const known = { ifNoneMatch: asked['if-none-match'], ifModifiedSince: asked['if-modified-since'] }
  if (isUnchanged(known, etag, modified)) return { status: 304 as const, headers: validators }
  // A range is for GET alone (RFC 9110, section 14.2).
  const isPart = !head && continues(asked['if-range'], etag, modified)
  const range = isPart ? rangeOf(asked.range, file.size) : undefined
  const shown = query.download === undefined || query.download === 'false' ? shownType(file.path) : undefined
  const length = range === undefined ? file.size : range.end - range.start + 1
  const headers = {
    ...GUARDED,
    ...validators,
    'accept-ranges': 'bytes',
    'content-length': String(length),
    'content-disposition': disposition(shown === undefined ? 'attachment' : 'inline', file.path),
    ...(range !== undefined && { 'content-range': `bytes ${range.start}-${range.end}/${file.size}` }),
  }
  return {
    status: range === undefined ? (200 as const) : (206 as const),
    type: shown ?? mediaType(file.path),
    headers,
    content: (to: Outgoing) => sent(file, range, length, to),
  }
}

/** Sends just as much as was announced, also where the file has changed since. */
async function sent(
  file: OpenFile,
  range: ByteRange | undefined,
  length: number,
  to: Outgoing,
): Promise<void> {
  let left = length
  for await (const chunk of file.read(range)) {
    await to.write(chunk.length > left ? chunk.subarray(0, left) : chunk)
    left -= Math.min(left, chunk.length)
    if (left === 0) break
  }
  // The reader is shown by the broken connection that this was not all.
  if (left > 0) throw new MajordomoError('file-not-found', 'the file became shorter while it was read')
}

export const readArchive: Handler<'readArchive'> = async (call) => {
  const { id } = await viewed(call, call.params.id)
  const archive = await call.manager.archive(id)
  // One that is not read has to be let go of.
  if (call.head) await archive[Symbol.asyncIterator]().return?.()
  return {
    status: 200,
    type: 'application/gzip',
    headers: {
      ...GUARDED,
      'cache-control': 'no-store, no-transform',
      'content-disposition': disposition('attachment', `${id}.tar.gz`),
    },
    async content(to) {
      for await (const chunk of archive) await to.write(chunk)
    },
  }
}
