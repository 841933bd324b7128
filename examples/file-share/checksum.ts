import { createHash } from 'node:crypto'
import type { Folder } from './folder.ts'

/** The SHA-256 of a file, read in pieces; `read` is told the bytes of each. */
export async function checksum(
  folder: Folder,
  path: string,
  signal: AbortSignal,
  read: (bytes: number) => void,
): Promise<string> {
  const file = await folder.open(path)
  try {
    const hash = createHash('sha256')
    for await (const piece of file.createReadStream({ signal, autoClose: false })) {
      hash.update(piece as Buffer)
      read((piece as Buffer).length)
    }
    return hash.digest('hex')
  } finally {
    await file.close()
  }
}
