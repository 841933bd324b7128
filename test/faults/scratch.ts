import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Folders for the tests of one `describe`, gone after the last of them. */
export function scratchFolders(): () => Promise<string> {
  const folders: string[] = []
  after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'majordomo-faults-'))
    folders.push(folder)
    return folder
  }
}
