import { MajordomoError } from '../core/errors.ts'

/** RFC 9110, section 13: the entity tag of a task or a schedule is its version, that of a file its store tells. */

/** The ETag of a version. */
export function entityTag(version: number): string {
  return `"${version}"`
}

/** If-None-Match: true when the reader has this version already. Compared weakly, as the RFC asks. */
export function isKnown(ifNoneMatch: string | undefined, version: number): boolean {
  return ifNoneMatch !== undefined && matches(ifNoneMatch, entityTag(version), true)
}

/** Whether a file that has this tag and time is what the reader has already. */
export function isUnchanged(
  {
    ifNoneMatch,
    ifModifiedSince,
  }: { ifNoneMatch?: string | undefined; ifModifiedSince?: string | undefined },
  tag: string,
  lastModified: string,
): boolean {
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, tag, true)
  return ifModifiedSince !== undefined && Date.parse(lastModified) <= Date.parse(ifModifiedSince)
}

/**
 * If-Range: true when a part of the file, as it is now, goes with what the reader has. A time only tells the second, so it
 * counts when that is over.
 */
export function continues(ifRange: string | undefined, tag: string, lastModified: string): boolean {
  if (ifRange === undefined) return true
  if (ifRange.includes('"')) return ifRange.trim() === tag
  return ifRange.trim() === lastModified && Date.now() - Date.parse(lastModified) >= 2000
}

/** If-Match: false when it is no longer what was read. Compared strongly: a weak tag never matches. */
export function isStill(ifMatch: string | undefined, version: number): boolean {
  return ifMatch === undefined || matches(ifMatch, entityTag(version), false)
}

/** @throws {MajordomoError} `version-mismatch` where {@link isStill} is false, telling the version that it has now */
export function requireStill(ifMatch: string | undefined, version: number, what: 'task' | 'schedule'): void {
  if (!isStill(ifMatch, version))
    throw new MajordomoError('version-mismatch', `the ${what} is at version ${version}`)
}

function matches(header: string, tag: string, weakly: boolean): boolean {
  if (header.trim() === '*') return true
  for (const [, weak, opaque] of header.matchAll(/(W\/)?("[^"]*")/g)) {
    if (opaque === tag && (weakly || weak === undefined)) return true
  }
  return false
}
