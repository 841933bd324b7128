import { Router, type ErrorRequestHandler } from 'express'
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { OutsideFolder, type FileEntry, type Folder } from './folder.ts'

const LARGEST_UPLOAD = 100_000_000

/** The service's own business: share files. `PUT`, `GET` and `DELETE` of `/files/<path>`, and `GET /files` for the list. */
export function fileRoutes(folder: Folder): Router {
  const routes = Router()

  routes.get('/files', async (_req, res) => {
    const files: FileEntry[] = []
    for await (const file of folder.files('', () => undefined)) files.push(file)
    files.sort((a, b) => (a.path < b.path ? -1 : 1))
    res.json(
      files.map(({ path, bytes, modified }) => ({ path, bytes, modified: new Date(modified).toISOString() })),
    )
  })

  routes.put('/files/*path', async (req, res) => {
    const path = joined(req.params.path)
    const place = await folder.place(path)
    const draft = join(folder.root, `.upload-${randomUUID()}`)
    try {
      await pipeline(req, atMost(LARGEST_UPLOAD), createWriteStream(draft, { flags: 'wx' }))
      await mkdir(dirname(place), { recursive: true })
      await rename(draft, place)
    } finally {
      await rm(draft, { force: true })
    }
    res.status(201).json({ path })
  })

  routes.get('/files/*path', async (req, res) => {
    const file = await folder.open(joined(req.params.path))
    try {
      const stats = await file.stat()
      if (!stats.isFile()) return void res.status(409).json({ error: 'EISDIR' })
      res.type('application/octet-stream').set('content-length', String(stats.size))
      await pipeline(file.createReadStream({ autoClose: false }), res)
    } finally {
      await file.close()
    }
  })

  routes.delete('/files/*path', async (req, res) => {
    await unlink(await folder.place(joined(req.params.path)))
    res.sendStatus(204)
  })

  routes.use(fileErrors)
  return routes
}

class TooLarge extends Error {}

function atMost(limit: number) {
  return async function* (pieces: AsyncIterable<Buffer>) {
    let left = limit
    for await (const piece of pieces) {
      if ((left -= piece.length) < 0) throw new TooLarge(`files of more than ${limit} bytes are not taken`)
      yield piece
    }
  }
}

function joined(path: unknown): string {
  return Array.isArray(path) ? path.join('/') : String(path)
}

const STATUS: Readonly<Record<string, number>> = {
  ENOENT: 404,
  EISDIR: 409,
  ENOTDIR: 409,
  EEXIST: 409,
  ENOTEMPTY: 409,
  EACCES: 403,
  EPERM: 403,
  ELOOP: 403,
  ENOSPC: 507,
}

const fileErrors: ErrorRequestHandler = (error: NodeJS.ErrnoException, req, res, next) => {
  const status =
    error instanceof OutsideFolder ? 400 : error instanceof TooLarge ? 413 : STATUS[error.code ?? '']
  if (req.readableAborted || res.headersSent) res.destroy()
  else if (status === undefined) next(error)
  else
    res.status(status).json({ error: status < 500 && error.code === undefined ? error.message : error.code })
}
