import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of its own for each test of a suite, removed behind it. */
export function scratchFolders(): () => string {
  const made: string[] = []
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
  })
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'majordomo-test-'))
    made.push(folder)
    return folder
  }
}

/**
 * A file system of its own that is full after so many KiB, for one test; undefined where this process may not mount one.
 * @param use is given its folder; it is unmounted afterwards
 */
export async function onSmallDisk(
  folder: string,
  kib: number,
  use: (folder: string) => void | Promise<void>,
): Promise<'done' | 'cannot mount'> {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return 'cannot mount'
  }
  try {
    await use(folder)
  } finally {
    execFileSync('umount', ['--lazy', folder], { stdio: 'ignore' })
  }
  return 'done'
}
