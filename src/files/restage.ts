import type { StagedUpload, UploadLimits } from '../core/files.ts'
import { Folder, unlessAbsent } from './folder.ts'
import { uploadNames } from './names.ts'
import { blocksOf } from './record/bytes.ts'

/** They were within the limits when they came, and what became of them since is the host's own doing. */
const UNLIMITED: UploadLimits = {
  files: Number.POSITIVE_INFINITY,
  fileSize: Number.POSITIVE_INFINITY,
  totalSize: Number.POSITIVE_INFINITY,
}

/** A longer list than any upload has. */
const LONGEST_LIST = 64 * 1024 * 1024

/**
 * A copy of what was uploaded for a task, as it is now. What is not a regular file any more, or was removed, is left
 * out. Undefined where nothing was uploaded.
 * @param path the folder of the task
 */
export async function restaged(
  path: string,
  stage: (limits: UploadLimits) => Promise<StagedUpload>,
): Promise<StagedUpload | undefined> {
  const task = await Folder.open(path).catch(unlessAbsent)
  if (task === undefined) return undefined
  try {
    const uploads = await listIn(task)
    if (uploads === undefined) return undefined
    const files = await task.folder('files').catch(unlessAbsent)
    const upload = await stage(UNLIMITED)
    try {
      for (const one of files === undefined ? [] : uploads) await copy(files!, one, upload)
      return upload
    } catch (error) {
      await upload.discard()
      throw error
    } finally {
      await files?.close()
    }
  } finally {
    await task.close()
  }
}

async function listIn(task: Folder): Promise<string[] | undefined> {
  const file = await task.file('uploads.json')
  if (file === undefined) return undefined
  try {
    if ((await file.stat()).size > LONGEST_LIST) throw new Error('the list of uploaded files is too long')
    const list: unknown = JSON.parse(await file.readFile('utf8'))
    if (!Array.isArray(list)) throw new Error('the list of uploaded files is none')
    return list as string[]
  } finally {
    await file.close()
  }
}

async function copy(files: Folder, path: string, upload: StagedUpload): Promise<void> {
  const names = uploadNames(path)
  const folder = await files.below(names.slice(0, -1)).catch(unlessAbsent)
  if (folder === undefined) return
  try {
    const file = await folder.file(names.at(-1)!)
    if (file === undefined) return
    try {
      // As long as it is now: something may still be writing to it.
      await upload.add(path, blocksOf(file, 0, (await file.stat()).size))
    } finally {
      await file.close()
    }
  } finally {
    if (folder !== files) await folder.close()
  }
}
