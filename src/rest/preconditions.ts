/** RFC 9110, section 13: an entity tag of a task is its version. */

/** The ETag of a version. */
export function entityTag(version: number): string {
  return `"${version}"`
}

/** If-None-Match: true when the reader has this version already. Compared weakly, as the RFC asks. */
export function isKnown(ifNoneMatch: string | undefined, version: number): boolean {
  return ifNoneMatch !== undefined && matches(ifNoneMatch, entityTag(version), true)
}

/** If-Match: false when the task is no longer the one that was read. Compared strongly: a weak tag never matches. */
export function isStill(ifMatch: string | undefined, version: number): boolean {
  return ifMatch === undefined || matches(ifMatch, entityTag(version), false)
}

function matches(header: string, tag: string, weakly: boolean): boolean {
  if (header.trim() === '*') return true
  for (const [, weak, opaque] of header.matchAll(/(W\/)?("[^"]*")/g)) {
    if (opaque === tag && (weakly || weak === undefined)) return true
  }
  return false
}
