import { unlinkSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import type { Identity } from '../../../machine/proc.ts'

/** Notes of this machine begin so: what another one noted tells nothing about the processes here. */
export function ownPrefix(): string {
  return `${hostname().replaceAll(/[^\w.-]/g, '_')}-`
}

/** A signal to what is no pid could reach everybody. */
export function isIdentity({ pid, start, boot }: Identity): boolean {
  return Number.isSafeInteger(pid) && pid > 1 && typeof start === 'string' && typeof boot === 'string'
}

/** @param age ms */
export async function isOlder(path: string, age: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && found.isFile() && Date.now() - found.mtimeMs > age
}

export function removeFile(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // It has gone already, or cannot go: then it is of no use to anybody when its processes have gone.
  }
}
