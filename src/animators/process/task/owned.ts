import { execFile } from 'node:child_process'
import { constants, type Stats } from 'node:fs'
import { lstat, open, readdir, rm, type FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { toolAt } from '../rules/prefix.ts'

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants

/**
 * Makes a folder, and what this service has put into it, belong to the user as whom a process will work there. The owner of
 * the folder may be changing it at the same time, so that whatever is given away is opened first, step by step and through no
 * link: a path could lead anywhere by the time it is used. What belongs to others, and files with a second name, stay as they
 * are. The folder itself comes last: until then nobody else can reach into it. Linux only, as root.
 * @throws the system's error
 */
export async function ownedBy(folder: string, uid: number, gid: number): Promise<void> {
  const handle = await open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  try {
    const { uid: owner, gid: group } = await handle.stat()
    if (owner === uid && group === gid) return
    await giveMembers(handle, uid, gid)
    await handle.chown(uid, gid)
  } finally {
    await handle.close()
  }
}

/**
 * Removes a folder, if it is there. One that belongs to another user is removed by rm(1), which goes through open folders:
 * Node goes by paths, and its owner could have it remove what lies elsewhere.
 * @throws the system's error, or what rm says
 */
export async function removeOwned(folder: string): Promise<void> {
  const stats = await lstat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (stats === undefined) return
  const tool = stats.uid === process.geteuid?.() ? undefined : await toolAt('rm')
  if (tool === undefined) await rm(folder, { recursive: true, force: true })
  else await promisify(execFile)(tool, ['-rf', '--', folder], { env: {} })
}

async function giveMembers(folder: FileHandle, uid: number, gid: number): Promise<void> {
  const place = `/proc/self/fd/${folder.fd}`
  // Names need not be text.
  for (const member of await readdir(place, { withFileTypes: true, encoding: 'buffer' })) {
    const path = Buffer.concat([Buffer.from(`${place}/`), member.name])
    if (member.isDirectory()) await give(path, O_DIRECTORY, uid, gid)
    else if (member.isFile()) await give(path, O_NONBLOCK, uid, gid)
  }
}

async function give(path: Buffer, flag: number, uid: number, gid: number): Promise<void> {
  const handle = await opened(path, flag)
  if (handle === undefined) return
  try {
    const stats = await handle.stat()
    if (!isOurs(stats)) return
    if (stats.isDirectory()) await giveMembers(handle, uid, gid)
    await handle.chown(uid, gid)
  } finally {
    await handle.close()
  }
}

/** Undefined for what is gone, or has become something else, since it was listed. */
async function opened(path: Buffer, flag: number): Promise<FileHandle | undefined> {
  try {
    return await open(path, O_RDONLY | O_NOFOLLOW | flag)
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'ENOTDIR', 'ENXIO'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined
    throw error
  }
}

/** A file with a second name may be one that lies elsewhere, and only looks like one of the folder. */
function isOurs(stats: Stats): boolean {
  return stats.uid === process.geteuid?.() && (stats.isDirectory() || (stats.isFile() && stats.nlink === 1))
}
